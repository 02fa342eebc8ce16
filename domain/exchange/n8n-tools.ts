import type { Json } from '@/domain/json'
import { addSettingsNote } from './import-sketch'
import { liquidOf, takeApart, type Piece } from './import-text'
import { argumentSchema, asTools, withQuery, type Argument, type FoundTool } from './import-tools'
import { at, items, parsed, record, records, text } from './loose'
import type { N8nLevel, N8nNode } from './n8n-level'

/** The tools that hang on an agent, as ours; what no tool here can be is told. */
export function n8nTools(level: N8nLevel, agent: N8nNode): Json[] {
  const lost: string[] = []
  const found = level.parts(agent.name, 'ai_tool').flatMap((part): FoundTool[] => {
    const tools = toolsOf(level, agent, part)
    if (tools.length === 0) {
      lost.push(part.name)
      if (Object.keys(part.parameters).length > 0) addSettingsNote(level.sketch, `${part.name} (${text(part.raw.type)})`, { x: part.position.x, y: part.position.y - 110 }, part.parameters)
    }
    else if (Object.keys(record(part.raw.credentials)).length > 0) level.sketch.remark('todo', 'CREDENTIAL', agent.name, `${part.name}: ${Object.keys(record(part.raw.credentials)).join(', ')}`)
    return tools
  })
  if (lost.length > 0) level.sketch.remark('lost', 'TOOLS', agent.name, lost.join(', '))
  return asTools(found)
}

function toolsOf(level: N8nLevel, agent: N8nNode, part: N8nNode): FoundTool[] {
  switch (part.kind) {
    case 'toolhttprequest':
    case 'httprequesttool':
      return [httpTool(level, part)]
    case 'toolworkflow':
      level.sketch.remark('todo', 'SUBWORKFLOW', agent.name, `${part.name}: ${text(at(part.parameters, 'workflowId', 'cachedResultName')) || text(at(part.parameters, 'workflowId', 'value')) || text(part.parameters.workflowId)}`)
      return [workflowTool(part)]
    case 'agenttool':
      level.sketch.remark('todo', 'AGENT_TOOL', agent.name, part.name)
      return [agentTool(level, part)]
    case 'toolcode':
      return pythonTool(part)
    case 'mcpclienttool':
      return mcpTools(level, agent, part)
    default:
      return []
  }
}

const aboutOf = ({ parameters }: N8nNode) => text(parameters.toolDescription) || text(parameters.description)

/** `$fromAI('name', 'what it is', 'type')`, wherever it stands. */
const FROM_MODEL = /\{\{[^{}]*\$fromAI\(\s*["'`]([\w-]+)["'`]\s*(?:,\s*["'`]((?:(?!["'`]\s*[,)])[\s\S])*)["'`]\s*)?(?:,\s*["'`](\w+)["'`]\s*)?[\s\S]*?\}\}/g

/** A field of a tool is a line or two; more is not looked through. */
const LONGEST = 20_000

/** Reads texts in which the model's arguments stand: by `$fromAI`, or as `{name}` where the tool defines that name. */
function createReader(level: N8nLevel, part: N8nNode) {
  const found: Argument[] = records(at(part.parameters, 'placeholderDefinitions', 'values')).filter((one) => text(one.name) !== '').map((one) => ({ name: text(one.name), type: text(one.type), description: text(one.description), required: true }))
  const ask = (one: Argument) => void found.push(one)
  const split = (value: unknown): Piece[] => {
    const said = (text(value).length > LONGEST ? '' : text(value)).replaceAll(FROM_MODEL, (_, name: string, description: string | undefined, type: string | undefined) => {
      ask({ name, required: true, ...(type !== undefined && { type }), ...(description !== undefined && { description }) })
      return `{${name}}`
    })
    const names = new Set(found.map(({ name }) => name))
    return level.pieces(part, said).flatMap((piece): Piece[] => (piece.kind !== 'text' ? [piece] : takeApart(piece.text, /\{([\w-]+)\}/g, (match) => (names.has(match[1]!) ? { kind: 'value', path: pathTo(match[1]!), filters: [] } : { kind: 'text', text: match[0] }))))
  }
  return { found, ask, split, say: (value: unknown) => liquidOf(split(value)) }
}

function pathTo(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `input.${name}` : `input[${JSON.stringify(name)}]`
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

function httpTool(level: N8nLevel, part: N8nNode): FoundTool {
  const { parameters } = part
  const reader = createReader(level, part)
  /** Name and value; what the model is to give has no value of its own. */
  const valuesOf = (own: unknown, plain: unknown): [string, Piece[]][] => [...records(own), ...records(plain)].filter((one) => text(one.name) !== '').map((one) => {
    const name = text(one.name)
    const provider = text(one.valueProvider)
    if (!provider.startsWith('model')) return [name, reader.split(one.value)]
    if (!reader.found.some((known) => known.name === name)) reader.ask({ name, required: provider === 'modelRequired' })
    return [name, [{ kind: 'value', path: pathTo(name), filters: provider === 'modelRequired' ? [] : ['default: ""'] }]]
  })
  const query = valuesOf(at(parameters, 'parametersQuery', 'values'), at(parameters, 'queryParameters', 'parameters'))
  const headers = valuesOf(at(parameters, 'parametersHeaders', 'values'), at(parameters, 'headerParameters', 'parameters'))
  const fields = valuesOf(at(parameters, 'parametersBody', 'values'), at(parameters, 'bodyParameters', 'parameters'))
  const json = text(parameters.jsonBody)
  const body = json !== '' ? jsonBody(reader.split(json)) : fields.length > 0 ? `{${fields.map(([name, pieces]) => `${JSON.stringify(name)}: ${jsonValue(pieces)}`).join(', ')}}` : undefined
  const method = text(parameters.method).toUpperCase()
  const url = withQuery(reader.say(parameters.url), query.map(([name, pieces]) => [name, liquidOf(pieces)]))
  const said = Object.fromEntries([...(body === undefined ? [] : [['content-type', 'application/json'] as const]), ...headers.map(([name, pieces]) => [name, liquidOf(pieces)] as const)])
  return {
    name: text(parameters.name) || part.name, description: aboutOf(part), parameters: argumentSchema(reader.found),
    run: { kind: 'http', method: METHODS.includes(method) ? method : 'GET', url, ...(Object.keys(said).length > 0 && { headers: said }), ...(body !== undefined && { body }) },
  }
}

/** In JSON a value writes its own quotes. */
function jsonBody(pieces: readonly Piece[]): string {
  return pieces.map((piece, index) => {
    const before = pieces[index - 1]
    const after = pieces[index + 1]
    const quoted = (one: Piece | undefined, end: 'from' | 'to') => one?.kind === 'text' && (end === 'to' ? one.text.endsWith('"') : one.text.startsWith('"'))
    if (piece.kind === 'value') return liquidOf([{ ...piece, filters: [...piece.filters, 'json'] }])
    if (piece.kind !== 'text') return piece.kind === 'made' ? piece.json : liquidOf([piece])
    const from = before?.kind === 'value' && piece.text.startsWith('"') && quoted(pieces[index - 2], 'to') ? 1 : 0
    const to = after?.kind === 'value' && piece.text.endsWith('"') && quoted(pieces[index + 2], 'from') ? piece.text.length - 1 : piece.text.length
    return liquidOf([{ kind: 'text', text: piece.text.slice(from, Math.max(from, to)) }])
  }).join('')
}

function jsonValue(pieces: readonly Piece[]): string {
  const [only] = pieces
  if (pieces.length === 1 && only?.kind === 'made') return only.json
  if (pieces.length === 1 && only?.kind === 'value') return liquidOf([{ ...only, filters: [...only.filters, 'json'] }])
  return pieces.every(({ kind }) => kind === 'text') ? JSON.stringify(pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('')) : `"${liquidOf(pieces)}"`
}

function schemaOf({ parameters }: Pick<N8nNode, 'parameters'>): Record<string, Json> | undefined {
  const said = record(parsed(parameters.inputSchema))
  if (Object.keys(said).length > 0) return said as Record<string, Json>
  const example = record(parsed(parameters.jsonSchemaExample))
  return Object.keys(example).length === 0 ? undefined : argumentSchema(Object.entries(example).map(([name, value]) => ({ name, type: Array.isArray(value) ? 'array' : typeof value, required: true })))
}

function workflowTool(part: N8nNode): FoundTool {
  const asked: Argument[] = Object.entries(record(at(part.parameters, 'workflowInputs', 'value'))).map(([name, value]) => {
    const match = [...text(value).matchAll(FROM_MODEL)][0]
    return { name, required: true, ...(match?.[2] !== undefined && { description: match[2] }), ...(match?.[3] !== undefined && { type: match[3] }) }
  })
  return { name: text(part.parameters.name) || part.name, description: aboutOf(part), parameters: schemaOf(part) ?? argumentSchema(asked.length > 0 ? asked : [{ name: 'query', required: true }]), run: { kind: 'subworkflow', workflowId: '' } }
}

/** An agent that another asks is a workflow of its own here; a note beside it keeps what that workflow's agent is told. */
function agentTool(level: N8nLevel, part: N8nNode): FoundTool {
  const reader = createReader(level, part)
  reader.say(part.parameters.text)
  const [model] = level.parts(part.name, 'ai_languageModel')
  const kept = { prompt: text(part.parameters.text).replace(/^=/, ''), system: text(at(part.parameters, 'options', 'systemMessage')), model: text(at(model?.parameters.model, 'value')) || text(model?.parameters.model) }
  addSettingsNote(level.sketch, part.name, { x: part.position.x, y: part.position.y - 110 }, Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== '')))
  return { name: text(part.parameters.name) || part.name, description: aboutOf(part), parameters: argumentSchema(reader.found.length > 0 ? reader.found : [{ name: 'query', required: true }]), run: { kind: 'subworkflow', workflowId: '' } }
}

/** Code in Python gets `query`, and says what it gives with `return`. JavaScript has nobody here to run it. */
function pythonTool(part: N8nNode): FoundTool[] {
  const { parameters } = part
  const code = text(parameters.pythonCode)
  if (code.trim() === '' || !text(parameters.language).toLowerCase().startsWith('python')) return []
  const schema = parameters.specifyInputSchema === true ? schemaOf(part) : undefined
  const body = code.split('\n').map((line) => `    ${line}`).join('\n')
  return [{ name: text(parameters.name) || part.name, description: aboutOf(part), parameters: schema ?? argumentSchema([{ name: 'query', required: true }]), run: { kind: 'python', code: `def main(query):\n${body}\n\noutput = main(${schema ? 'input' : 'input["query"]'})\n` } }]
}

/** The names are those of the server; what they take is asked there. Without names nobody knows which there are. */
function mcpTools(level: N8nLevel, agent: N8nNode, part: N8nNode): FoundTool[] {
  const { parameters } = part
  const url = liquidOf(level.pieces(part, text(parameters.endpointUrl) || text(parameters.sseEndpoint)))
  const names = text(parameters.include) === 'selected' ? items(parameters.includeTools).map(text).filter((name) => name !== '') : []
  level.sketch.remark('todo', 'MCP_TOOLS', agent.name, `${part.name}: ${url}`)
  return names.map((tool) => ({ name: tool, description: '', parameters: { type: 'object', properties: {} }, run: { kind: 'mcp', url, tool } }))
}
