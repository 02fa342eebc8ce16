import { z } from 'zod'
import type { Graph } from './graph'
import { applyDiff, diffBetween, GraphDiff, isEmptyDiff, reverseDiff } from './graph-diff'
import { fitsGraph, mergeDiff, type Clash, type MergeOptions, type NewId } from './merge-diff'

/** What a revision of a workflow counts: all that can be changed of it. */
export type Draft = { name: string; description: string; graph: Graph }

const TextDiff = z.strictObject({ from: z.string().max(2_000), to: z.string().max(2_000) })
/** What makes the next revision of a workflow. */
export const WorkflowChange = z.strictObject({ name: TextDiff.extend({ to: z.string().min(1).max(120) }).optional(), description: TextDiff.optional(), graph: GraphDiff })
export type WorkflowChange = z.infer<typeof WorkflowChange>

/** A change with a name of its own: whoever sends it again, not knowing whether it arrived, finds it by that. */
export const Operation = z.strictObject({ id: z.string().regex(/^[A-Za-z0-9_:-]{1,80}$/), change: WorkflowChange })
export type Operation = z.infer<typeof Operation>

const TEXTS = ['name', 'description'] as const

export function changeBetween(before: Draft, after: Draft): WorkflowChange {
  const texts = TEXTS.filter((field) => before[field] !== after[field]).map((field) => [field, { from: before[field], to: after[field] }])
  return { ...(Object.fromEntries(texts) as Omit<WorkflowChange, 'graph'>), graph: diffBetween(before.graph, after.graph) }
}

export function applyChange(draft: Draft, { name, description, graph }: WorkflowChange): Draft {
  return { name: name?.to ?? draft.name, description: description?.to ?? draft.description, graph: applyDiff(draft.graph, graph) }
}

export function reverseChange({ graph, ...texts }: WorkflowChange): WorkflowChange {
  const back = TEXTS.flatMap((field) => (texts[field] ? [[field, { from: texts[field].to, to: texts[field].from }]] : []))
  return { ...(Object.fromEntries(back) as Omit<WorkflowChange, 'graph'>), graph: reverseDiff(graph) }
}

export function isEmptyChange({ name, description, graph }: WorkflowChange): boolean {
  return !name && !description && isEmptyDiff(graph)
}

/** Whether the draft is one that the change was made on, as far as the change tells. */
export function fitsDraft(draft: Draft, change: WorkflowChange): boolean {
  return TEXTS.every((field) => change[field] === undefined || change[field].from === draft[field]) && fitsGraph(draft.graph, change.graph)
}

/** As `mergeDiff`, with the texts of the workflow. */
export function mergeChange(draft: Draft, change: WorkflowChange, { mine, ...options }: Omit<MergeOptions, 'mine'> & { mine?: Draft }): { draft: Draft; clashes: Clash[]; newIds: NewId[] } {
  const { graph, clashes, newIds } = mergeDiff(draft.graph, change.graph, { ...options, ...(mine && { mine: mine.graph }) })
  const merged: Draft = { ...draft, graph }
  for (const field of TEXTS) {
    const text = change[field]
    if (!text || text.to === draft[field]) continue
    if (text.from === draft[field]) merged[field] = text.to
    else clashes.push({ path: [], item: 'workflow', id: '', name: draft.name, kind: 'field', field, mine: text.to, theirs: draft[field] })
  }
  return { draft: merged, clashes, newIds }
}
