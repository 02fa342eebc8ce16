import { expect, test } from 'vitest'
import { itemStep, itemsToTry, pickKey } from './item-to-try'

const path = ['outer', 'inner']
test.each([
  ['the first, where nobody chose and nothing is told', {}, undefined, 'outer[0].inner[0]'],
  ['the one that is told of', {}, 'outer[3].inner[12].node', 'outer[3].inner[12]'],
  ['the one chosen, before the one told of', { [pickKey('r', 'outer')]: 1 }, 'outer[3].inner[12].node', 'outer[1].inner[0]'],
  ['on each level', { [pickKey('r', 'outer[3].inner')]: 2 }, 'outer[3].inner[12].node', 'outer[3].inner[2]'],
  ['not one of another run', { [pickKey('older', 'outer')]: 7 }, undefined, 'outer[0].inner[0]'],
])('%s', (_, picks, told, item) => expect(itemStep(itemsToTry(path, 'r', picks, told))).toBe(item))
