import { createKnownItems, type KnownItems } from './open-items'
import { itemPrefix, locate, type RunGraph } from './run-graph'
import { isSettled, stepOf, type RunState } from './run-state'
import { itemsOf } from './scope'
import { turnsBegun } from './tool-loop'

/** Before a map knows its items: how many it is taken to have. */
const EXPECTED_ITEMS = 8

/** Of an agent with tools that has said nothing yet: it will most likely call one, and answer then. */
const FIRST_TURNS = 2

/** Items of a map that are looked at one by one; of those behind, which have hardly begun, each counts as a whole one. */
const LOOKED_AT = 64

/**
 * Model calls that a run may still make besides the one of `key`: agents that are not settled, those in the items of
 * maps too. Branches that will not be taken are counted: an estimate from above, and 0 only when nothing is left.
 */
export function callsToCome(run: RunState, graph: RunGraph, key: string, known = createKnownItems()): number {
  const self = locate(graph, key)?.node.type === 'agent' ? 1 : 0
  return Math.max(0, open(run, graph, '', known) - self)
}

function open(run: RunState, level: RunGraph, prefix: string, known: KnownItems): number {
  let count = 0
  for (const node of level.order) {
    const step = stepOf(run, prefix + node.id)
    if (isSettled(step.state)) continue
    if (node.type === 'agent') count += level.loops.has(node.id) && turnsBegun(run, prefix + node.id) === 0 ? FIRST_TURNS : 1
    const body = node.type === 'map' ? level.bodies.get(node.id) : undefined
    if (!body) continue
    const key = prefix + node.id
    const items = step.input === undefined ? Array.from({ length: EXPECTED_ITEMS }, () => -1) : (known.find(key)?.open ?? itemsOf(step).map((_, index) => index))
    // Those that have not begun, like the item -1 that never does, have all to come.
    const whole = items.length > LOOKED_AT ? open(run, body, itemPrefix(key, -1), known) : 0
    items.forEach((index, place) => (count += place < LOOKED_AT ? open(run, body, itemPrefix(key, index), known) : whole))
  }
  return count
}
