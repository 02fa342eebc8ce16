import { expect, test } from 'vitest'
import { itemStep, itemsToTry, itemToShow, pickKey } from './item-to-try'

const path = ['outer', 'inner']
test.each([
  ['the first, where nobody chose and nothing is told', {}, undefined, 'outer[0].inner[0]'],
  ['the one that is told of', {}, 'outer[3].inner[12].node', 'outer[3].inner[12]'],
  ['the one chosen, before the one told of', { [pickKey('r', 'outer')]: 1 }, 'outer[3].inner[12].node', 'outer[1].inner[0]'],
  ['on each level', { [pickKey('r', 'outer[3].inner')]: 2 }, 'outer[3].inner[12].node', 'outer[3].inner[2]'],
  ['not one of another run', { [pickKey('older', 'outer')]: 7 }, undefined, 'outer[0].inner[0]'],
])('%s', (_, picks, told, item) => expect(itemStep(itemsToTry(path, 'r', picks, told))).toBe(item))

const told = 'outer[3].inner[12].node'
test.each([
  ['nothing, where nobody chose', {}, told, undefined],
  ['the item that was chosen, where another is told of', { [pickKey('r', 'outer[3].inner')]: 2 }, told, { runId: 'r', step: 'outer[3].inner[2]' }],
  ['nothing, where the one chosen is told of', { [pickKey('r', 'outer[3].inner')]: 12 }, told, undefined],
])('beside the last result is shown: %s', (_, picks, of, shown) => expect(itemToShow(path, 'node', 'r', picks, of)).toEqual(shown))
