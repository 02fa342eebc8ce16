import { AppError } from '@/domain/error'
import type { TypedNode } from '@/domain/graph/node-types'
import type { Json } from '@/domain/json'
import type { StepScope } from '@/domain/run/scope'
import { checkArguments } from '@/domain/run/tool-arguments'
import type { InTurn, ToolCall } from '@/domain/run/tool-loop'
import type { Clock } from '@/server/ports/clock'
import { askModel, runOf } from './prepare-agent'
import { prepareHttp } from './prepare-http'
import { prepareMcp } from './prepare-mcp'
import { preparePython } from './prepare-python'
import { prepareSubworkflow } from './prepare-subworkflow'
import type { AttemptDeps, AttemptOf, Prepared, Turn } from './prepared'

/** The model called what it cannot have; it is told, and may call again. */
class ToolCallRefused extends AppError {
  readonly code = 'TOOL_CALL_REFUSED'
  readonly hint = 'The model is told and may try again. When it happens often, say more in the description of the tool and of its arguments.'
}

type Deps = AttemptDeps & { clock: Pick<Clock, 'now'> }

/** What is done in one turn of an agent: its question to the model, or a call of one of its tools. @throws {ToolCallRefused} */
export async function prepareTurn(deps: Deps, node: TypedNode, scope: StepScope, { agent, agentKey, index, messages, call }: Turn, of: AttemptOf): Promise<Prepared> {
  if (node.type === 'agent') {
    const mayGoOn = index + 1 < agent.config.maxTurns
    return { run: askModel(deps, agent.config, messages, { ...runOf(of), agentKey, mayGoOn }) }
  }
  if (!call) throw new ToolCallRefused('This call is not in the answer of the model')
  const args = argumentsFor(agent, call)
  switch (node.type) {
    case 'http':
      return prepareHttp(deps, sending(node), scope, of, { ...scope, input: encoded(args) })
    case 'mcp':
      return prepareMcp(deps, node, scope, args, of)
    case 'python':
      return preparePython(deps, node, scope, args)
    case 'subworkflow':
      return prepareSubworkflow(deps, node, scope, args, of)
    default:
      throw new ToolCallRefused(`There is no tool "${call.name}". There are: ${(agent.config.tools ?? []).map(({ name }) => name).join(', ')}`)
  }
}

function argumentsFor({ config }: InTurn['agent'], { name, arguments: given }: ToolCall): Json {
  const tool = config.tools?.find((one) => one.name === name)
  if (!tool) return given
  if (typeof given === 'string') throw new ToolCallRefused(`The arguments of ${name} are not JSON: ${given.slice(0, 200)}`)
  const wrong = checkArguments(tool.parameters, given)
  if (wrong.length > 0) throw new ToolCallRefused(`${name} does not take these arguments: ${wrong.join('; ')}`)
  return given
}

type HttpNode = Extract<TypedNode, { type: 'http' }>

/** Methods that send something send the arguments, unless the tool says what else. */
function sending(node: HttpNode): HttpNode {
  const { method, body, headers } = node.config
  if (method === 'GET' || method === 'DELETE' || body?.trim()) return node
  return { ...node, config: { ...node.config, body: '{{ input | json }}', headers: { 'content-type': 'application/json', ...headers } } }
}

/** Arguments as they may stand in an address: what the model says stays one part of it. @throws {ToolCallRefused} */
function encoded(value: Json): Json {
  if (typeof value === 'string') {
    // A part of a path that no encoding keeps from being a way up.
    if (/^\.{1,2}$/.test(value)) throw new ToolCallRefused(`"${value}" cannot stand in an address`)
    return encodeURIComponent(value.replaceAll(/\p{Surrogate}/gu, '\ufffd'))
  }
  if (Array.isArray(value)) return value.map(encoded)
  return value !== null && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, encoded(one)])) : value
}
