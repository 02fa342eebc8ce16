import type { Json } from '@/domain/json'
import type { TraceParent } from '@/domain/run/trace-parent'
import { allTemplates } from '@/domain/template/all-templates'
import type { Template } from '@/domain/template/template'
import type { Clock } from '@/server/ports/clock'
import type { WorkflowStore } from '@/server/ports/workflow-store'
import type { Actor } from './actor'
import { NotFound } from './refusals'
import type { startRun } from './start-run'

type Deps = { workflows: WorkflowStore; clock: Clock; start: ReturnType<typeof startRun> }

/** What runs when a call names neither workflow nor template. */
const DEFAULT_TEMPLATE = 'four-agents'

/** @throws {NotFound} */
export function templateOf(id: string): Template {
  const template = allTemplates.find((one) => one.id === id)
  if (!template) throw new NotFound('UNKNOWN_TEMPLATE', `There is no template ${id}`, `There are: ${allTemplates.map((one) => one.id).join(', ')}.`)
  return template
}

/** Runs a workflow, or a template, in one call. A template's runs belong to one workflow of its name, made at first use. */
export function quickRun({ workflows, clock, start }: Deps) {
  return async (actor: Actor, { workflowId, template, ...wanted }: { workflowId?: string | undefined; template?: string | undefined; input: Json; idempotencyKey?: string | undefined; trace?: TraceParent | undefined }) =>
    start(actor, { workflowId: workflowId ?? (await workflowOf(templateOf(template ?? DEFAULT_TEMPLATE))), ...wanted })

  async function workflowOf({ id, name, description, graph }: Template): Promise<string> {
    const fixed = `wf_template_${id}`
    if (await workflows.find(fixed)) return fixed
    // Two first calls at once: the second finds what the first made.
    await workflows.create({ id: fixed, name, description, graph, now: clock.now() }).catch(async (error: unknown) => {
      if (!(await workflows.find(fixed))) throw error
    })
    return fixed
  }
}
