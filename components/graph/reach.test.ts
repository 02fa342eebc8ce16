import { expect, test } from 'vitest'
import { reachOf } from './reach'

test.each([[1, 'near'], [0.69, 'near'], [0.68, 'middle'], [0.45, 'middle'], [0.44, 'far'], [0.3, 'far'], [0.29, 'farther'], [0.14, 'farther'], [0.13, 'outline']] as const)('at zoom %s a node is seen from %s', (zoom, reach) => expect(reachOf(zoom)).toBe(reach))
