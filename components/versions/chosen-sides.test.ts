import { expect, test } from 'vitest'
import { chosenSides } from './chosen-sides'

const versions = [{ version: 1 }, { version: 2 }]

test.each([
  ['', { from: 2, to: 'draft' }],
  ['from=1&to=2', { from: 1, to: 2 }],
  ['from=draft&to=1', { from: 'draft', to: 1 }],
  ['from=9&to=__proto__', { from: 2, to: 'draft' }],
])('the address %j compares %o', (query, sides) => expect(chosenSides(new URLSearchParams(query), versions)).toEqual(sides))

test('without a version the draft stands against itself', () => expect(chosenSides(new URLSearchParams(), [])).toEqual({ from: 'draft', to: 'draft' }))
