import type { Json } from '@/domain/json'
import type { FlowiseLevel, FlowiseNode } from './flowise-level'
import { liquidOf } from './import-text'
import { argumentSchema, asTools, withQuery, type Argument, type FoundTool } from './import-tools'
import { items, parsed, record, records, text, type Loose } from './loose'

/** The tools of an agent, as ours; what no tool here can be is told. @param builtIn what the model's maker carries out itself */
export function flowiseTools(level: FlowiseLevel, node: FlowiseNode, tools: readonly Loose[], builtIn: readonly string[]): Json[] {
  const lost = [...builtIn]
  const found = tools.flatMap((one): FoundTool[] => {
    const kind = text(one.agentSelectedTool)
    const made = toolsOf(level, node, kind, record(parsed(one.agentSelectedToolConfig)))
    if (made.length === 0 && kind !== '') lost.push(kind)
    return made
  })
  if (lost.length > 0) level.sketch.remark('lost', 'TOOLS', node.name, lost.join(', '))
  return asTools(found)
}

function toolsOf(level: FlowiseLevel, node: FlowiseNode, kind: string, config: Loose): FoundTool[] {
  const asks = /^requests(Get|Post|Put|Delete)$/.exec(kind)
  if (asks) return [httpTool(level, node, kind, asks[1]!.toUpperCase(), config)]
  switch (kind.toLowerCase()) {
    case 'chatflowtool':
    case 'agentflowtool':
      level.sketch.remark('todo', 'SUBWORKFLOW', node.name, text(config.name) || kind)
      return [{ name: text(config.name) || kind, description: text(config.description), parameters: argumentSchema([{ name: 'question', required: true }]), run: { kind: 'subworkflow', workflowId: '' } }]
    case 'custommcp':
      return mcpTools(level, node, config)
    default:
      return []
  }
}

/** What the model gives stands in the path as `:name`, behind the address, or in the body. */
function httpTool(level: FlowiseLevel, node: FlowiseNode, kind: string, method: string, config: Loose): FoundTool {
  const say = (value: unknown) => liquidOf(level.pieces(node, value))
  const sends = method === 'POST' || method === 'PUT'
  const asked = Object.entries(record(parsed(config[`${kind}${sends ? 'BodySchema' : 'QueryParamsSchema'}`]))).map(([name, value]): Argument & { inPath: boolean } => ({ name, type: text(record(value).type), description: text(record(value).description), required: record(value).required === true, inPath: record(value).in === 'path' }))
  const known = asked.filter(({ name }) => /^[A-Za-z_]\w*$/.test(name))
  const path = known.filter(({ inPath }) => inPath).reduce((url, one) => {
    const place = new RegExp(`:${one.name}(?![A-Za-z0-9_])`, 'g')
    // Without a place of its own it stands at the end.
    return place.test(url) ? url.replaceAll(place, given(one)) : `${url.replace(/\/$/, '')}{% if input.${one.name} %}/{{ input.${one.name} }}{% endif %}`
  }, say(config[`${kind}Url`]))
  const url = sends ? path : withQuery(path, known.filter(({ inPath }) => !inPath).map((one) => [one.name, given(one)]))
  const headers = Object.entries(record(parsed(config[`${kind}Headers`]))).filter(([, value]) => text(value) !== '').map(([name, value]): [string, string] => [name, say(value)])
  return { name: text(config[`${kind}Name`]) || kind, description: text(config[`${kind}Description`]), parameters: argumentSchema(known), run: { kind: 'http', method, url, ...(headers.length > 0 && { headers: Object.fromEntries(headers) }) } }
}

/** What the model may leave out is nothing then. */
function given({ name, required }: Argument): string {
  return required ? `{{ input.${name} }}` : `{{ input.${name} | default: "" }}`
}

/** A server with an address; one that is started as a program has none here. */
function mcpTools(level: FlowiseLevel, node: FlowiseNode, { mcpServerConfig, mcpActions }: Loose): FoundTool[] {
  const url = text(record(parsed(mcpServerConfig)).url)
  const names = items(parsed(mcpActions)).map(text).filter((name) => name !== '')
  if (url !== '') level.sketch.remark('todo', 'MCP_TOOLS', node.name, url)
  return url === '' ? [] : names.map((tool) => ({ name: tool, description: '', parameters: { type: 'object', properties: {} }, run: { kind: 'mcp', url: liquidOf([{ kind: 'text', text: url }]), tool } }))
}
