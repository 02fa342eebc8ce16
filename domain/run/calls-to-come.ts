import { itemsOf } from './scope'
import { locate, type RunGraph } from './run-graph'
import { isSettled, stepOf, type RunState } from './run-state'

/** Before a map knows its items: how many it is taken to have. */
const EXPECTED_ITEMS = 8

/**
 * Model calls that a run may still make besides the one of `key`: agents that are not settled, those in the items of
 * maps too. Branches that will not be taken are counted: an estimate from above, and 0 only when nothing is left.
 */
export function callsToCome(run: RunState, graph: RunGraph, key: string): number {
  const self = locate(graph, key)?.node.type === 'agent' ? 1 : 0
  return Math.max(0, open(run, graph, '') - self)
}

function open(run: RunState, level: RunGraph, prefix: string): number {
  let count = 0
  for (const node of level.order) {
    const step = stepOf(run, prefix + node.id)
    if (isSettled(step.state)) continue
    if (node.type === 'agent') count += 1
    const body = node.type === 'map' ? level.bodies.get(node.id) : undefined
    if (!body) continue
    const items = itemsOf(step).length
    if (step.input === undefined) count += EXPECTED_ITEMS * open(run, body, `${prefix}${node.id}[-1].`)
    for (let index = 0; index < items; index++) count += open(run, body, `${prefix}${node.id}[${index}].`)
  }
  return count
}
