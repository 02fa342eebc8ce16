import type { RunFact } from './run-event'
import { stepOf, type MemoryAccess, type RunState } from './run-state'

/** Which run a node's result is taken from, by the key of its step. */
export type TakenFrom = ReadonlyMap<string, { runId: string; run: RunState }>

/**
 * The facts of results that a trial takes over, each from the run that has it: the results, what these nodes wrote to the
 * memory, in the order of time, and what they sent to nodes that run, as if it had just been sent.
 * @param order the nodes taken over, in their order
 */
export function takenFacts(order: readonly string[], from: TakenFrom, runs: ReadonlySet<string>): RunFact[] {
  const sources = new Map([...from.values()].map((source) => [source.runId, source.run]))
  const isTaken = (by: string, runId: string) => from.get(ownerOf(by, (key) => from.has(key)) ?? '')?.runId === runId
  const writes = [...sources].flatMap(([runId, run]) => run.memory.history.filter((access) => access.kind === 'written' && isTaken(access.by, runId))).sort((a, b) => a.at - b.at)
  const messages = [...sources].flatMap(([runId, run]) => run.messages.filter(({ from, to }) => isTaken(from, runId) && ownerOf(to, (key) => runs.has(key)) !== undefined))
  return [
    ...writtenAnew(writes),
    ...messages.map(({ id, from, to, payload }): RunFact => ({ type: 'message.sent', nodeId: from, messageId: id, to, payload })),
    ...order.flatMap((id) => resultFacts(id, from)),
  ]
}

function writtenAnew(writes: readonly MemoryAccess[]): RunFact[] {
  const versions = new Map<string, number>()
  return writes.flatMap((access): RunFact[] => {
    if (access.kind !== 'written') return []
    const version = (versions.get(access.key) ?? 0) + 1
    versions.set(access.key, version)
    return [{ type: 'memory.written', nodeId: access.by, attempt: 1, key: access.key, version, value: access.value }]
  })
}

function resultFacts(id: string, from: TakenFrom): RunFact[] {
  const source = from.get(id)
  if (!source) return []
  const { state, input, reusedFrom } = stepOf(source.run, id)
  const reused = { runId: reusedFrom ?? source.runId }
  const started: RunFact = { type: 'step.started', nodeId: id, attempt: 1, ...(input !== undefined && { input }) }
  switch (state.kind) {
    case 'completed':
      return [started, { type: 'step.completed', nodeId: id, attempt: 1, output: state.output, handle: state.handle, reused }]
    case 'failed':
      return [started, { type: 'step.failed', nodeId: id, attempt: 1, error: state.error, reused }]
    case 'skipped':
      return [{ type: 'step.skipped', nodeId: id, reason: state.reason, reused }]
    default:
      return []
  }
}

/** The step itself, or the map or agent that it belongs to: the outermost that is asked for. */
function ownerOf(step: string, asked: (key: string) => boolean): string | undefined {
  const parts = step.split('.')
  for (let count = 1; count <= parts.length; count++) {
    const key = parts.slice(0, count).join('.')
    const whole = count === parts.length ? key : key.replace(/\[\d+\]$/, '')
    if (asked(whole)) return whole
  }
  return undefined
}
