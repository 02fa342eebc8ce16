import { AppError } from '@/domain/error'
import { isTemplate } from '@/domain/graph/references'
import type { TypedNode } from '@/domain/graph/node-types'
import type { Json } from '@/domain/json'
import { checkInput } from '@/domain/run/check-input'
import type { StepScope } from '@/domain/run/scope'
import { refusedCall, sameTask } from '@/domain/run/sub-run'
import type { AttemptDeps, AttemptOf, Prepared } from './prepared'

type SubworkflowNode = Extract<TypedNode, { type: 'subworkflow' }>

class CallsInCircle extends AppError {
  readonly code = 'WORKFLOW_CYCLE'
  readonly hint = 'A workflow cannot run itself, also not through others, nor through more than eight.'
  constructor(name: string, workflows: string) {
    super(`"${name}" would run in a circle, or too deep: ${workflows}`)
  }
}

class InputRefused extends AppError {
  readonly code = 'INVALID_INPUT'
  readonly hint = 'The input node of that workflow says what it takes.'
  constructor(name: string, workflow: string, issues: readonly { path: string; message: string }[]) {
    super(`"${workflow}" does not take what "${name}" gives: ${issues.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; ')}`)
  }
}

/**
 * Settles what is run, on what, and as which run; it is started when the log says so. An attempt after one that failed
 * goes on from its run where it has the same to do: what was completed there is not done again.
 */
export async function prepareSubworkflow(deps: AttemptDeps, { name, config }: SubworkflowNode, scope: StepScope, given: Json, { caller, attempt }: AttemptOf): Promise<Prepared> {
  const input = await inputOf(deps, config.input, scope, given)
  const { callers, before, newRunId } = await caller()
  // Within a run a step keeps to the version it began with.
  const pinned = attempt > 1 && before?.workflowId === config.workflowId && before.version !== 'draft' ? before.version : config.version
  const callee = await deps.findCallee({ workflowId: config.workflowId, version: pinned })
  const circle = refusedCall(callers, callee)
  if (circle !== undefined) throw new CallsInCircle(name, circle)
  const wrong = checkInput(callee.graph, input)
  if (wrong.length > 0) throw new InputRefused(name, callee.name, wrong)
  return {
    input,
    subRun: {
      runId: newRunId(), workflowId: callee.id, workflowName: callee.name, version: callee.version, graphHash: callee.graphHash,
      ...(before && sameTask(before, callee, input) && { goesOnFrom: before.runId }),
    },
  }
}

async function inputOf(deps: AttemptDeps, wanted: SubworkflowNode['config']['input'], scope: StepScope, given: Json): Promise<Json> {
  if (wanted === undefined || (typeof wanted === 'string' && wanted.trim() === '')) return given
  if (typeof wanted === 'string') return valueOf(deps, wanted, scope)
  const fields = Object.entries(wanted).filter(([, text]) => text.trim() !== '')
  return Object.fromEntries(await Promise.all(fields.map(async ([key, text]) => [key, await valueOf(deps, text, scope)] as const)))
}

function valueOf({ templates }: AttemptDeps, text: string, scope: StepScope): Promise<Json> {
  return isTemplate(text) ? templates.render(text, scope) : templates.evaluate(text, scope)
}
