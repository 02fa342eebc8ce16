import { expect, test } from 'vitest'
import { findBest } from './palette-search'

const entries = [
  { id: 'zoom', words: ['Zoom to fit', 'view'] },
  { id: 'publish', words: ['Publish', 'version'] },
  { id: 'fit', words: ['Fitting room'] },
  { id: 'view', words: ['Viewer'] },
  { id: 'ko', words: ['에이전트', 'agent'] },
]
const found = (search: string, limit = 10) => findBest(entries, search, limit).map(({ id }) => id)

test.each([
  ['', ['zoom', 'publish', 'fit', 'view', 'ko']],
  ['fit', ['fit', 'zoom']],
  ['FIT zoom', ['zoom']],
  ['view', ['view', 'zoom']],
  ['이전', ['ko']],
  ['에이전트'.normalize('NFD'), ['ko']],
  ['nothing', []],
  ['.*', []],
])('"%s" finds %j', (search, ids) => expect(found(search)).toEqual(ids))

test('no more than asked for', () => expect(found('', 2)).toEqual(['zoom', 'publish']))
