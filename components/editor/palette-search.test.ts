import { expect, test } from 'vitest'
import { findBest } from './palette-search'

const entries = [
  { id: 'zoom', words: ['Zoom to fit', 'view'] },
  { id: 'publish', words: ['Publish', 'version'] },
  { id: 'fit', words: ['Fitting room'] },
  { id: 'view', words: ['Viewer'] },
  { id: 'ko', words: ['에이전트', 'agent'] },
  { id: 'paste', words: ['텍스트에서 붙여 넣기'] },
]
const found = (search: string, limit = 10) => findBest(entries, search, limit).map(({ id }) => id)

test.each([
  ['', ['zoom', 'publish', 'fit', 'view', 'ko', 'paste']],
  ['fit', ['fit', 'zoom']],
  ['FIT zoom', ['zoom']],
  ['view', ['view', 'zoom']],
  ['이전', ['ko']],
  ['에이전트'.normalize('NFD'), ['ko']],
  ['붙여넣', ['paste']],
  ['nothing', []],
  ['.*', []],
])('"%s" finds %j', (search, ids) => expect(found(search)).toEqual(ids))

test('no more than asked for', () => expect(found('', 2)).toEqual(['zoom', 'publish']))
