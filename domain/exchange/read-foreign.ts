import { Graph } from '@/domain/graph/graph'
import { importDify, isDify, isDifyGraph } from './import-dify'
import { importFlowise, isFlowise } from './import-flowise'
import { importN8n, isN8n } from './import-n8n'
import { laidOut } from './import-layout'
import { createSketch, type Remark, type Sketch } from './import-sketch'
import { withTodos } from './import-todos'
import { at, items, text } from './loose'
import { documentOf, type WorkflowDocument } from './workflow-document'

export type Builder = 'n8n' | 'Dify' | 'Flowise'
type ForeignImport = { builder: Builder; document: WorkflowDocument; remarks: readonly Remark[] }
/** An app of a kind that is no graph there. */
export type NoGraph = { kind: 'no-graph'; builder: Builder; detail: string }
export type ReadForeign = { ok: true; found: ForeignImport } | { ok: false; fault: NoGraph } | undefined

const LONGEST_DESCRIPTION = 2_000

/**
 * Reads what another builder exported, as far as it means something here; undefined: none of those that are known wrote it.
 * The graph is one that can be kept. What of it does not run as it did, or at all, is in the remarks.
 */
export function readForeign(value: unknown, fallbackName: string): ReadForeign {
  const sketch = createSketch()
  // Several workflows of n8n come as a list; its library and its API put one into another object.
  const first = Array.isArray(value) && value.length > 0 && isN8n(value[0]) ? value[0] : ([value, at(value, 'workflow'), at(value, 'workflow', 'workflow'), at(value, 'data')].find(isN8n) ?? value)
  if (items(value).length > 1 && first !== value) sketch.remark('lost', 'SEVERAL_WORKFLOWS', undefined, items(value).slice(1).map((one) => (isN8n(one) ? text(one.name) : '')).join(', '))
  if (isN8n(first)) return done('n8n', sketch, { name: importN8n(first, sketch), description: '' }, fallbackName)
  if (isDify(value)) return isDifyGraph(value) ? done('Dify', sketch, importDify(value, sketch), fallbackName) : { ok: false, fault: { kind: 'no-graph', builder: 'Dify', detail: text((value.app as { mode?: unknown }).mode) } }
  if (isFlowise(value)) return done('Flowise', sketch, importFlowise(value, sketch), fallbackName)
  return undefined
}

function done(builder: Builder, sketch: Sketch, { name, description }: { name: string; description: string }, fallbackName: string): ReadForeign {
  const graph = Graph.safeParse(JSON.parse(JSON.stringify(sketch.graph())))
  if (!graph.success) return { ok: false, fault: { kind: 'no-graph', builder, detail: graph.error.issues[0]?.message ?? '' } }
  const called = name.trim().slice(0, 120) || fallbackName || builder
  return { ok: true, found: { builder, document: documentOf({ name: called, description: description.trim().slice(0, LONGEST_DESCRIPTION), graph: laidOut(withTodos(graph.data, sketch.remarks())) }), remarks: sketch.remarks() } }
}
