import { expect, test } from 'vitest'
import { reachOf } from './reach'

test.each([[1, 'near'], [0.3, 'near'], [0.29, 'far'], [0.14, 'far'], [0.13, 'outline']] as const)('at zoom %s a node is seen from %s', (zoom, reach) => expect(reachOf(zoom)).toBe(reach))
