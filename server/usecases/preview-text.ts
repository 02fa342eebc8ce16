import { AppError } from '@/domain/error'
import { isTemplate } from '@/domain/graph/references'
import type { TextFault } from '@/domain/graph/text-fault'
import type { Json } from '@/domain/json'
import { isUsable } from '@/domain/run/last-results'
import { isPinned } from '@/domain/run/stale-nodes'
import type { Scope, Templates } from '@/server/ports/templates'
import { UnknownWorkflow, type WorkflowStore } from '@/server/ports/workflow-store'
import { authorise, type Actor } from './actor'
import type { LastResultsReader } from './last-results'

/** `either`: Liquid where the text holds Liquid, else CEL. */
export type PreviewWanted = { workflowId: string; language: 'liquid' | 'cel' | 'either'; text: string }
/** `fault`: what it is, where it has a place. */
export type Preview = { ok: true; value: Json } | { ok: false; message: string; hint: string; fault?: TextFault }
type Deps = { workflows: WorkflowStore; results: LastResultsReader; templates: Templates }

/**
 * What a template or an expression of the draft would give on pinned outputs and on the last ones. Worked out where the
 * engine works them out, under the same limits; what a run keeps in its memory is not known here.
 * @throws {UnknownWorkflow}
 */
export function previewText({ workflows, results, templates }: Deps) {
  return async (actor: Actor, { workflowId, language, text }: PreviewWanted): Promise<Preview> => {
    // Reading is not enough: it makes the server work.
    authorise(actor, 'runs.write')
    const workflow = await workflows.find(workflowId)
    if (!workflow) throw new UnknownWorkflow(workflowId)
    const known = await results.collect(actor, workflow)
    const steps: Scope['steps'] = {}
    for (const node of workflow.graph.nodes) {
      const last = Object.hasOwn(known.results, node.id) ? known.results[node.id] : undefined
      if (isPinned(node)) steps[node.id] = { output: node.config.pinnedOutput! }
      else if (isUsable(last) && last.output !== undefined) steps[node.id] = { output: last.output }
    }
    const scope: Scope = { input: known.input ?? {}, steps, memory: {}, run: { id: 'run_preview', workflow: workflow.name, version: 'draft' } }
    try {
      const value = language === 'liquid' || (language === 'either' && isTemplate(text)) ? await templates.render(text, scope) : await templates.evaluate(text, scope)
      return { ok: true, value }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      const { fault } = error as { fault?: TextFault }
      return { ok: false, message: error.message, hint: error.hint, ...(fault && { fault }) }
    }
  }
}
