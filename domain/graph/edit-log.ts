/**
 * What one editor has done to a workflow, and how it comes together with what others did: pure, for the page and its tests.
 * O1. `now` is `base`, as the server has it at `revision`, with the pending operations applied in order.
 * O2. An operation is pending until the server has it under its id. What is being sent is not changed any more.
 * O3. Where the server went on without us, what is pending is made anew on what it has now: by node and by field. What
 *     cannot be had together is a clash, which stays until a person has decided it.
 * O4. Undo is a new operation: the reverse of the step, as far as nobody has changed the same since.
 */
import type { EpochMs } from '@/domain/json'
import type { Graph } from './graph'
import { applyDiff, diffBetween, isEmptyDiff, reverseDiff, type GraphDiff } from './graph-diff'
import type { Clash, NewId } from './merge-diff'
import { renamedDiff, renamedGraph } from './rename-in-diff'
import { applyChange, changeBetween, isEmptyChange, mergeChange, reverseChange, type Draft, type Operation, type WorkflowChange } from './workflow-change'

/** @param serial the number of the operation that did it last: of one operation alone, or `many` of them */
export type Step = { diff: GraphDiff; path: readonly string[]; /** Strokes with the same key soon after each other are one step. */ key: string | undefined; at: EpochMs; serial: number; many: boolean }
export type Pending = Operation & { serial: number }

export type EditLog = {
  /** Whose operations these are; ids of operations begin with it. */
  writer: string
  revision: number
  base: Draft
  now: Draft
  pending: readonly Pending[]
  /** How many of them are on their way. */
  sending: number
  nextSerial: number
  past: readonly Step[]
  future: readonly Step[]
  clashes: readonly Clash[]
}

const MOST_STEPS = 500
const TYPING_MS = 1_000

export function openEditLog(writer: string, revision: number, draft: Draft): EditLog {
  return { writer, revision, base: draft, now: draft, pending: [], sending: 0, nextSerial: 1, past: [], future: [], clashes: [] }
}

/** What is kept of a log over a reload; drafts are not: they are made again from the server's. */
export type KeptLog = Pick<EditLog, 'writer' | 'revision' | 'pending' | 'nextSerial' | 'past' | 'future' | 'clashes'>

/** The log as it was, on the draft of its revision. */
export function reopenEditLog(kept: KeptLog, base: Draft): EditLog {
  return { ...kept, base, now: kept.pending.reduce((draft, { change }) => applyChange(draft, change), base), sending: 0 }
}

/** @param key strokes with the same key within a second become one step of undo, and one operation while it has not left */
export function withEdit(log: EditLog, graph: Graph, { path, key, at }: { path: readonly string[]; key: string | undefined; at: EpochMs }): EditLog {
  const diff = diffBetween(log.now.graph, graph)
  if (isEmptyDiff(diff)) return log
  const last = log.past.at(-1)
  // After an undo the last step is one that somebody went back to: it stays as it is.
  const joins = key !== undefined && log.future.length === 0 && last?.key === key && at - last.at < TYPING_MS
  const next = withOperation(log, { ...log.now, graph }, joins && last.serial === log.nextSerial - 1)
  const same = next.nextSerial === log.nextSerial
  const serial = next.nextSerial - 1
  const step: Step = joins
    ? { ...last, diff: diffBetween(applyDiff(log.now.graph, reverseDiff(last.diff)), graph), at, serial, many: last.many || !same }
    : { diff, path, key, at, serial, many: false }
  const before = joins ? log.past.slice(0, -1) : log.past
  return { ...next, past: isEmptyDiff(step.diff) ? before : [...before, step].slice(-MOST_STEPS), future: [] }
}

export function withName(log: EditLog, name: string): EditLog {
  return name === log.now.name ? log : withOperation(log, { ...log.now, name }, false)
}

export function undone(log: EditLog): EditLog {
  return travelled(log, 'past')
}

export function redone(log: EditLog): EditLog {
  return travelled(log, 'future')
}

/** What is to be sent next, in order, and the log that knows it to be on its way. */
export function takeToSend(log: EditLog, most: number): { log: EditLog; operations: Operation[] } {
  const sending = Math.min(most, log.pending.length)
  return { log: { ...log, sending }, operations: log.pending.slice(0, sending).map(({ id, change }) => ({ id, change })) }
}

/** The server has what was on its way, each as a revision of its own. */
export function accepted(log: EditLog): EditLog {
  const base = log.pending.slice(0, log.sending).reduce((draft, { change }) => applyChange(draft, change), log.base)
  return { ...log, base, revision: log.revision + log.sending, pending: log.pending.slice(log.sending), sending: 0 }
}

/** It is not known what became of it: it stays pending. */
export function notSent(log: EditLog): EditLog {
  return { ...log, sending: 0 }
}

/** Operations that the server has behind the log's revision, in order; a `change` of null cannot be told as one. */
export type Caught = { revision: number; operations: readonly { id: string; change: WorkflowChange }[] } | { revision: number; draft: Draft; had: ReadonlySet<string> }

/** O3. */
export function caughtUp(log: EditLog, caught: Caught): EditLog {
  const had = 'had' in caught ? caught.had : new Set(caught.operations.map(({ id }) => id))
  const base = 'draft' in caught ? caught.draft : caught.operations.reduce((draft, { change }) => applyChange(draft, change), log.base)
  const start: EditLog = { ...log, revision: caught.revision, base, now: base, pending: [], sending: 0 }
  let mine = log.base
  let next = start
  // Ids that nodes had to take so far: what was done to them later says their old ones.
  const newIds: NewId[] = []
  const known = () => new Set([...idsOf(log), ...newIds.flatMap(({ ids }) => [...ids.values()])])
  for (const one of log.pending) {
    mine = applyChange(mine, one.change)
    if (!had.has(one.id)) next = rebased(next, one, { mine, newIds, known })
  }
  return next
}

/** All nodes that were ever meant by what is kept of the log. */
function idsOf({ base, pending, past, future }: EditLog): Set<string> {
  const ids = new Set<string>()
  const add = ({ nodes }: GraphDiff): void => nodes.forEach((one) => {
    ids.add(one.id)
    if (one.do === 'change' && one.body) add(one.body)
  })
  for (const { id } of base.graph.nodes) ids.add(id)
  for (const { change } of pending) add(change.graph)
  for (const { diff } of [...past, ...future]) add(diff)
  return ids
}

/** Operations of another log, of a tab that ended before they were sent, done again at the end of this one. */
export function withForeign(log: EditLog, operations: readonly Operation[]): EditLog {
  return operations.reduce((next, { id, change }) => rebased(next, { id, change, serial: next.nextSerial }, { newIds: [] }), log)
}

export function withoutClash(log: EditLog, clash: Clash): EditLog {
  return { ...log, clashes: log.clashes.filter((one) => one !== clash) }
}

function rebased(log: EditLog, one: Pending, { mine, newIds, known }: { mine?: Draft; newIds: NewId[]; known?: () => ReadonlySet<string> }): EditLog {
  const renamedChange = newIds.reduce((change, { path, ids }) => renamed(change, path, ids), one.change)
  const ours = mine && { ...mine, graph: newIds.filter(({ path }) => path.length === 0).reduce((graph, { ids }) => renamedGraph(graph, ids), mine.graph) }
  const merged = mergeChange(log.now, renamedChange, { place: 'mine', taken: 'rename', ...(ours && { mine: ours }), ...(known && { known }) })
  newIds.push(...merged.newIds)
  const change = changeBetween(log.now, merged.draft)
  const empty = isEmptyChange(change)
  const next: EditLog = {
    ...log, now: merged.draft, nextSerial: Math.max(log.nextSerial, one.serial + 1),
    pending: empty ? log.pending : [...log.pending, { ...one, change }],
    clashes: withClashes(log.clashes, merged.clashes),
  }
  const stepped = onSteps(next, one.serial, (diff, serial) => merged.newIds.reduce((found, { path, ids }) => (serial >= one.serial ? renamedDiff(found, path, ids) : found), diff))
  return withRebasedStep(stepped, one.serial, change.graph)
}

function renamed(change: WorkflowChange, path: readonly string[], ids: NewId['ids']): WorkflowChange {
  return { ...change, graph: renamedDiff(change.graph, path, ids) }
}

function onSteps(log: EditLog, from: number, act: (diff: GraphDiff, serial: number) => GraphDiff): EditLog {
  const each = (steps: readonly Step[]) => (steps.some(({ serial }) => serial >= from) ? steps.map((step) => ({ ...step, diff: act(step.diff, step.serial) })) : steps)
  return { ...log, past: each(log.past), future: each(log.future) }
}

/** What the operation comes to now is what undo takes back; a step of which nothing is left is none. */
function withRebasedStep(log: EditLog, serial: number, diff: GraphDiff): EditLog {
  const made = (steps: readonly Step[], now: GraphDiff) => steps.flatMap((step) => (step.serial !== serial || step.many ? [step] : isEmptyDiff(now) ? [] : [{ ...step, diff: now }]))
  return { ...log, past: made(log.past, diff), future: made(log.future, reverseDiff(diff)) }
}

/** Of one field the newest wish of ours counts. */
function withClashes(before: readonly Clash[], found: readonly Clash[]): readonly Clash[] {
  if (found.length === 0) return before
  const keyOf = (clash: Clash) => JSON.stringify([clash.path, clash.item, clash.id, clash.kind === 'field' ? clash.field : clash.kind])
  return [...new Map([...before, ...found].map((clash) => [keyOf(clash), clash])).values()]
}

/** @param join the last operation, where it has not left, becomes one with this */
function withOperation(log: EditLog, now: Draft, join: boolean): EditLog {
  const last = log.pending.at(-1)
  if (join && last?.serial === log.nextSerial - 1 && log.sending < log.pending.length) {
    const change = changeBetween(applyChange(log.now, reverseChange(last.change)), now)
    return { ...log, now, pending: [...log.pending.slice(0, -1), ...(isEmptyChange(change) ? [] : [{ ...last, change }])] }
  }
  const serial = log.nextSerial
  return { ...log, now, nextSerial: serial + 1, pending: [...log.pending, { id: `${log.writer}:${serial}`, serial, change: changeBetween(log.now, now) }] }
}

/** O4. Steps of which nothing can be taken back any more are passed over. */
function travelled(log: EditLog, from: 'past' | 'future'): EditLog {
  const to = from === 'past' ? 'future' : 'past'
  const step = log[from].at(-1)
  if (!step) return log
  const rest = { ...log, [from]: log[from].slice(0, -1) }
  const wish = from === 'past' ? reverseDiff(step.diff) : step.diff
  // No graph of ours is given: none that this could be made on tells an edge that hung in the air from one that would now.
  const { draft } = mergeChange(log.now, { graph: wish }, { place: 'theirs', taken: 'leave-out' })
  const diff = diffBetween(log.now.graph, draft.graph)
  if (isEmptyDiff(diff)) return travelled(rest, from)
  const next = withOperation(rest, draft, false)
  return { ...next, [to]: [...log[to], { ...step, key: undefined, diff: from === 'past' ? reverseDiff(diff) : diff, serial: next.nextSerial - 1, many: false }] }
}
