import { AppError } from '@/domain/error'
import { isTemplate } from '@/domain/graph/references'
import type { TypedNode } from '@/domain/graph/node-types'
import type { Json } from '@/domain/json'
import type { StepScope } from '@/domain/run/scope'
import type { Clock } from '@/server/ports/clock'
import { callMcpTool } from './mcp-session'
import type { AttemptDeps, AttemptOf, Prepared } from './prepared'

type McpNode = Extract<TypedNode, { type: 'mcp' }>

/** A tool takes named arguments. */
export class ArgumentsRefused extends AppError {
  readonly code = 'ARGUMENTS_REFUSED'
  readonly hint = 'Give an object: in CEL {"city": input.city}, or a template that gives JSON.'
  constructor(name: string, tool: string) {
    super(`"${name}" gives ${tool} arguments that are no object`)
  }
}

/** @throws {ArgumentsRefused} */
export async function prepareMcp(deps: AttemptDeps & { clock: Pick<Clock, 'now'> }, { name, config }: McpNode, scope: StepScope, given: Json, of: AttemptOf): Promise<Prepared> {
  const url = await deps.templates.render(config.url, scope)
  const tool = config.tool
  const headers: Record<string, string> = {}
  for (const [header, value] of Object.entries(config.headers ?? {})) headers[header] = await deps.templates.render(value, scope)
  const args = await argumentsOf(deps, config.input, scope, given)
  if (typeof args !== 'object' || args === null || Array.isArray(args)) throw new ArgumentsRefused(name, tool)
  return {
    // Header values may be secrets: the log keeps their names only.
    input: { url, tool, arguments: args, headers: Object.keys(headers) },
    run: async (signal) => ({ output: await callMcpTool(deps, { url, headers, tool, args, idempotencyKey: `${of.runId}/${of.key}`, traceparent: deps.traceContext?.traceparent(of) }, signal) }),
  }
}

async function argumentsOf({ templates }: AttemptDeps, wanted: string | undefined, scope: StepScope, given: Json): Promise<Json> {
  if (wanted === undefined || wanted.trim() === '') return given ?? {}
  if (!isTemplate(wanted)) return templates.evaluate(wanted, scope)
  const text = await templates.render(wanted, scope)
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}
