import type { Json } from '@/domain/json'
import { addJavaScript, addPlaceholder, single, type Made, type Sketch } from './import-sketch'
import { celOf, celLiteral, isUnknown, liquidOf, pythonPathOf } from './import-text'
import { n8nCases as cases, n8nCondition as condition } from './n8n-conditions'
import { n8nCommon, STRETCH, type N8nLevel, type N8nNode } from './n8n-level'
import { scheduleHint } from './n8n-schedule'
import { inputFields, keepsOthers } from './n8n-reading'
import { n8nTools } from './n8n-tools'
import { at, number, parsed, record, records, text, type Loose } from './loose'

/** Makes of one node of n8n what it is here. */
export function makeN8nNode(level: N8nLevel, node: N8nNode): Made {
  const made = makerOf(node)(level, node)
  if (Object.keys(record(node.raw.credentials)).length > 0 && !['agent', 'approval'].includes(node.type)) level.sketch.remark('todo', 'CREDENTIAL', node.name, Object.keys(record(node.raw.credentials)).join(', '))
  if (node.raw.onError !== 'continueErrorOutput' || node.type === 'condition') return made
  return { ...made, exits: { ...made.exits, '1': { node: node.id, handle: 'error' } } }
}

type Make = (level: N8nLevel, node: N8nNode) => Made

function makerOf({ kind, type }: N8nNode): Make {
  switch (type) {
    case 'input':
      return input
    case 'agent':
      return agent
    case 'http':
      return http
    case 'condition':
      return kind === 'switch' ? cases : condition
    case 'python':
      return code
    case 'approval':
      return approval
    case 'merge':
      return merge
    case 'map':
      return loop
    case 'subworkflow':
      return subworkflow
    case 'output':
      return respond
    case 'note':
      return note
    default:
      return kind === 'set' ? set : kind === 'noop' ? pass : kind === 'splitout' ? splitOut : placeholder
  }
}

const placeholder: Make = ({ sketch }, node) => addPlaceholder(sketch, node.id, node.name, text(node.raw.type), node.position, node.parameters)

const pass: Make = ({ sketch }, { id, name, position }) => {
  sketch.add(id, 'transform', name, position, { disabled: true, expression: '' })
  return single(id)
}

const note: Make = ({ sketch }, { id, name, position, parameters }) => {
  // What it frames stands further apart here.
  const side = (value: unknown, otherwise: number, least: number) => Math.min(2_000, Math.max(least, Math.round((number(value) ?? otherwise) * STRETCH)))
  sketch.add(id, 'note', name, position, { text: text(parameters.content), width: side(parameters.width, 240, 120), height: side(parameters.height, 160, 60) })
  return single(id)
}

/** What started a workflow there and is set up apart from it here. */
export function tellTrigger(sketch: Sketch, { name, kind, parameters, raw }: N8nNode): void {
  if (kind === 'scheduletrigger' || kind === 'cron' || kind === 'interval') sketch.remark('todo', 'SCHEDULE', name, scheduleHint(parameters))
  else if (kind === 'webhook') sketch.remark('todo', 'WEBHOOK', name)
  else if (!['manualtrigger', 'start', 'chattrigger', 'formtrigger', 'executeworkflowtrigger'].includes(kind)) sketch.remark('todo', 'TRIGGER', name, text(raw.type))
}

const input: Make = ({ sketch }, node) => {
  const { id, name, kind, position, parameters } = node
  tellTrigger(sketch, node)
  const known = inputFields(kind, parameters)
  const files = known.filter((field) => field.kind === 'file').map((field) => field.name)
  if (files.length > 0) sketch.remark('todo', 'FILES', name, files.join(', '))
  const required = known.filter((field) => field.required && field.kind !== 'file').map((field) => field.name)
  sketch.add(id, 'input', name, position, known.length === 0 ? {} : { schema: { type: 'object', properties: Object.fromEntries(known.map((field): [string, Json] => [field.name, inputSchema(field)])), ...(required.length > 0 && { required }) } })
  return single(id)
}

function inputSchema({ kind, options }: ReturnType<typeof inputFields>[number]): Json {
  if (['number', 'boolean', 'array', 'object'].includes(kind)) return { type: kind }
  if (kind === 'any' || kind === 'file') return {}
  return { type: 'string', ...(options.length > 0 && { enum: options }) }
}

/** Who asks a person elsewhere and waits asks here; whichever way it goes, the next node reads the answer. */
const approval: Make = (level, node) => {
  const { sketch } = level
  const { id, name, position, parameters, kind } = node
  sketch.remark('changed', 'ASKED_HERE', name, kind)
  const asked = [parameters.subject, parameters.message].map((one) => liquidOf(level.pieces(node, one))).filter((one) => one !== '').join('\n\n')
  sketch.add(id, 'approval', name, position, { prompt: asked === '' ? name : asked })
  const answered = sketch.idFor(`${name} answered`, 'merge')
  sketch.add(answered, 'merge', `${name} · answered`, { x: position.x + 40, y: position.y + 130 }, { mode: 'any' })
  for (const handle of ['approved', 'rejected']) sketch.connect({ node: id, handle }, answered)
  return { entry: id, exits: { '0': { node: answered, handle: 'out' } } }
}

const agent: Make = (level, node) => {
  const { sketch } = level
  const { parameters } = node
  const [model] = level.parts(node.name, 'ai_languageModel')
  const tools = n8nTools(level, node)
  if (level.parts(node.name, 'ai_memory').length > 0) sketch.remark('lost', 'MEMORY', node.name)
  const options = record(model?.parameters.options ?? parameters.options)
  const modelName = nameIn(model?.parameters.model ?? model?.parameters.modelName ?? parameters.modelId ?? parameters.model)
  if (modelName !== '') sketch.remark('changed', 'MODEL', node.name, modelName)
  const schema = schemaOf(level, node)
  const { system, prompt } = promptOf(level, node)
  sketch.add(node.id, 'agent', node.name, node.position, {
    ...n8nCommon(node), prompt, ...(system !== '' && { system }), ...(modelName !== '' && { model: modelName.slice(0, 200) }),
    ...range('temperature', options.temperature, 0, 2), ...whole('maxTokens', options.maxTokens ?? options.maxTokensToSample, 1, 200_000), ...(schema && { responseSchema: schema }), ...(tools.length > 0 && { tools }),
  })
  return single(node.id)
}

function promptOf(level: N8nLevel, node: N8nNode): { system: string; prompt: string } {
  const { parameters } = node
  const say = (value: unknown) => liquidOf(level.pieces(node, value))
  const spoken = [...records(at(parameters, 'messages', 'values')), ...records(at(parameters, 'messages', 'messageValues')), ...records(at(parameters, 'responses', 'values'))]
  const isSystem = (one: Loose) => text(one.role) === 'system' || text(one.role) === 'developer' || text(one.type).startsWith('System')
  const spokenText = (one: Loose) => say(one.content ?? one.message)
  const asked = parameters.text ?? parameters.prompt
  const auto = text(parameters.promptType) !== 'define' && (text(asked) === '' || node.kind === 'agent' && parameters.promptType !== undefined)
  const own = auto && spoken.every(isSystem) ? say('={{ $json.chatInput }}') : say(asked)
  return {
    system: [say(at(parameters, 'options', 'systemMessage') ?? at(parameters, 'options', 'instructions') ?? parameters.systemPromptTemplate), ...spoken.filter(isSystem).map(spokenText)].filter((one) => one !== '').join('\n\n'),
    prompt: [...spoken.filter((one) => !isSystem(one)).map(spokenText), own].filter((one) => one !== '').join('\n\n'),
  }
}

function schemaOf(level: N8nLevel, node: N8nNode): Record<string, Json> | undefined {
  const attributes = records(at(node.parameters, 'attributes', 'attributes'))
  if (attributes.length > 0) return { type: 'object', properties: Object.fromEntries(attributes.map((one) => [text(one.name), { type: text(one.type) || 'string', ...(text(one.description) !== '' && { description: text(one.description) }) }])), required: attributes.filter((one) => one.required === true).map((one) => text(one.name)) }
  const [parser] = level.parts(node.name, 'ai_outputParser')
  if (!parser) return undefined
  const said = parsed(parser.parameters.inputSchema ?? parser.parameters.jsonSchema)
  if (Object.keys(record(said)).length > 0) return record(said) as Record<string, Json>
  const example = parsed(parser.parameters.jsonSchemaExample)
  return Object.keys(record(example)).length > 0 ? (schemaFrom(example) as Record<string, Json>) : undefined
}

function schemaFrom(example: unknown): Json {
  if (Array.isArray(example)) return { type: 'array', items: example.length > 0 ? schemaFrom(example[0]) : {} }
  if (typeof example === 'object' && example !== null) return { type: 'object', properties: Object.fromEntries(Object.entries(example).map(([key, value]) => [key, schemaFrom(value)])), required: Object.keys(example) }
  return example === null ? {} : { type: typeof example }
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

const http: Make = (level, node) => {
  const { sketch } = level
  const { parameters } = node
  const say = (value: unknown) => liquidOf(level.pieces(node, value))
  const method = (text(parameters.method) || text(parameters.requestMethod) || 'GET').toUpperCase()
  if (!METHODS.includes(method)) sketch.remark('todo', 'EXPRESSION', node.name, method)
  if (!['', 'none'].includes(text(parameters.authentication))) sketch.remark('todo', 'CREDENTIAL', node.name, text(parameters.nodeCredentialType) || text(parameters.genericAuthType) || text(parameters.authentication))
  const query = pairs(at(parameters, 'queryParameters', 'parameters') ?? at(parameters, 'queryParametersUi', 'parameter')).map(([name, value]) => `${encodeURIComponent(name)}=${encoded(say(value))}`)
  const headers = Object.fromEntries(pairs(at(parameters, 'headerParameters', 'parameters') ?? at(parameters, 'headerParametersUi', 'parameter')).map(([name, value]) => [name, say(value)]))
  const body = bodyOf(level, node)
  const url = say(parameters.url)
  sketch.add(node.id, 'http', node.name, node.position, {
    ...n8nCommon(node), method: METHODS.includes(method) ? method : 'GET', url: query.length === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}${query.join('&')}`,
    ...(body !== undefined && !Object.keys(headers).some((name) => name.toLowerCase() === 'content-type') ? { headers: { 'content-type': body.type, ...headers } } : Object.keys(headers).length > 0 && { headers }),
    ...(body && { body: body.text }),
  })
  return single(node.id)
}

function bodyOf(level: N8nLevel, node: N8nNode): { type: string; text: string } | undefined {
  const { parameters } = node
  const say = (value: unknown) => liquidOf(level.pieces(node, value))
  const json = text(parameters.jsonBody) || text(parameters.bodyParametersJson)
  if (json !== '') return { type: 'application/json', text: say(json) }
  if (text(parameters.contentType) === 'raw') return { type: text(parameters.rawContentType) || 'text/plain', text: say(parameters.body) }
  const fields = pairs(at(parameters, 'bodyParameters', 'parameters') ?? at(parameters, 'bodyParametersUi', 'parameter'))
  if (fields.length === 0) return undefined
  if (text(parameters.contentType) === 'form-urlencoded') return { type: 'application/x-www-form-urlencoded', text: fields.map(([name, value]) => `${encodeURIComponent(name)}=${encoded(say(value))}`).join('&') }
  if (text(parameters.contentType) === 'multipart-form-data') level.sketch.remark('todo', 'FORM_BODY', node.name)
  return { type: 'application/json', text: jsonTemplate(fields.map(([name, value]) => [name, level.pieces(node, value)])) }
}

/** A JSON object whose values are worked out in the run. */
function jsonTemplate(fields: readonly [string, ReturnType<N8nLevel['pieces']>][]): string {
  return `{${fields.map(([name, pieces]) => {
    const [only] = pieces
    const value = pieces.length === 1 && only?.kind === 'made' ? only.json : pieces.length === 1 && only?.kind === 'value' ? liquidOf([{ ...only, filters: [...only.filters, 'json'] }]) : pieces.every(({ kind }) => kind === 'text') ? JSON.stringify(pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('')) : `"${liquidOf(pieces).replaceAll('\n', String.raw`\n`)}"`
    return `${JSON.stringify(name)}: ${value}`
  }).join(', ')}}`
}

function encoded(template: string): string {
  return template.includes('{{') ? template.replaceAll(/ \}\}/g, ' | url_encode }}') : encodeURIComponent(template)
}

function pairs(value: unknown): [string, unknown][] {
  return records(value).filter((one) => text(one.name) !== '').map((one) => [text(one.name), one.value])
}

const code: Make = (level, node) => {
  const { parameters } = node
  const source = text(parameters.pythonCode)
  if (!text(parameters.language).toLowerCase().startsWith('python')) return addJavaScript(level.sketch, node.id, node.name, node.position, text(parameters.jsCode) || text(parameters.functionCode) || source)
  const [piece] = level.pieces(node, '={{ $json }}')
  const given = piece?.kind === 'value' ? pythonPathOf(piece.path) : 'None'
  level.sketch.remark('changed', 'PYTHON_GLOBALS', node.name)
  const body = source.split('\n').map((line) => `    ${line}`).join('\n')
  level.sketch.add(node.id, 'python', node.name, node.position, {
    ...n8nCommon(node),
    code: `value = ${given}\n_items = [{"json": one} for one in (value if isinstance(value, list) else [value])]\n_item = _items[0] if _items else {"json": None}\n_json = _item["json"]\n\ndef main():\n${body}\n\nresult = main()\nrows = [row.get("json", row) if isinstance(row, dict) else row for row in (result if isinstance(result, list) else [result])]\noutput = rows[0] if len(rows) == 1 else rows\n`,
  })
  return single(node.id)
}

const set: Make = (level, node) => {
  const { parameters } = node
  const old = record(parameters.values)
  const fields = [
    ...records(at(parameters, 'assignments', 'assignments')).map((one): [string, string, unknown] => [text(one.name), text(one.type), one.value]),
    ...records(at(parameters, 'fields', 'values')).map((one): [string, string, unknown] => [text(one.name), text(one.type).replace('Value', ''), one[text(one.type) || 'stringValue'] ?? one.value]),
    ...['string', 'number', 'boolean'].flatMap((kind) => records(old[kind]).map((one): [string, string, unknown] => [text(one.name), kind, one.value])),
  ].filter(([name]) => name !== '')
  if (keepsOthers(node)) level.sketch.remark('changed', 'OTHER_FIELDS', node.name)
  const raw = text(parameters.mode) === 'raw' ? text(parameters.jsonOutput) : ''
  const plain = raw === '' ? undefined : parsed(raw.replace(/^=/, ''))
  if (raw !== '' && plain === undefined) level.sketch.remark('todo', 'EXPRESSION', node.name, raw)
  const expression = raw !== '' ? (plain === undefined ? '' : celLiteral(plain)) : `{${fields.map(([name, kind, value]) => `${celLiteral(name)}: ${valueIn(level, node, kind, value)}`).join(', ')}}`
  level.sketch.add(node.id, 'transform', node.name, node.position, { ...n8nCommon(node), expression })
  return single(node.id)
}

function valueIn(level: N8nLevel, node: N8nNode, kind: string, value: unknown): string {
  if (typeof value !== 'string') return celLiteral(value ?? null)
  const pieces = level.pieces(node, value)
  const only = pieces.length === 1 && pieces[0]!.kind === 'text' ? pieces[0]!.text.trim() : undefined
  if (only !== undefined && kind !== 'string' && kind !== '' && parsed(only) !== undefined) return celLiteral(parsed(only))
  const cel = celOf(pieces)
  if (cel === undefined && !pieces.some(isUnknown)) level.sketch.remark('todo', 'EXPRESSION', node.name, value.replace(/^=/, ''))
  return cel ?? celLiteral(value.replace(/^=/, ''))
}

const splitOut: Make = (level, node) => {
  const field = text(node.parameters.fieldToSplitOut)
  const [piece] = level.pieces(node, field.includes('{{') ? field : `={{ $json${field.split(',')[0]!.trim().split('.').map((key) => `["${key}"]`).join('')} }}`)
  level.sketch.add(node.id, 'transform', node.name, node.position, { ...n8nCommon(node), expression: piece?.kind === 'value' ? piece.path : '' })
  level.sketch.remark('changed', 'ITEMS', node.name)
  return single(node.id)
}

const merge: Make = ({ sketch }, node) => {
  sketch.add(node.id, 'merge', node.name, node.position, { ...n8nCommon(node), mode: text(node.parameters.mode) === 'chooseBranch' ? 'any' : 'all' })
  sketch.remark('changed', 'MERGE', node.name, text(node.parameters.mode) || 'append')
  return single(node.id)
}

/** One whose way round could not be taken out as a map. */
const loop: Make = ({ sketch }, node) => addPlaceholder(sketch, node.id, node.name, text(node.raw.type), node.position, node.parameters)

const subworkflow: Make = ({ sketch }, node) => {
  sketch.add(node.id, 'subworkflow', node.name, node.position, { ...n8nCommon(node), workflowId: '' })
  sketch.remark('todo', 'SUBWORKFLOW', node.name, text(at(node.parameters, 'workflowId', 'cachedResultName')) || nameIn(node.parameters.workflowId))
  return single(node.id)
}

const respond: Make = (level, node) => {
  const body = text(node.parameters.responseBody)
  const kind = text(node.parameters.respondWith)
  // What is written out as JSON there is a value here.
  const value = kind === 'json' && body.length < 10_000 ? /^=\s*\{\{\s*JSON\.stringify\(([\s\S]*)\)\s*\}\}\s*$/.exec(body)?.[1] : undefined
  const cel = value === undefined ? undefined : celOf(level.pieces(node, `={{ ${value} }}`))
  sketchOutput(level, node, cel === undefined ? (['json', 'text'].includes(kind) && body !== '' ? liquidOf(level.pieces(node, body)) : undefined) : cel, cel !== undefined)
  return { entry: node.id, exits: {} }
}

function sketchOutput({ sketch }: N8nLevel, node: N8nNode, value: string | undefined, isCel = false): void {
  sketch.add(node.id, 'output', node.name, node.position, value === undefined ? {} : { value: isCel || /\{[{%]/.test(value) ? value : JSON.stringify(value) })
}

/** A resource locator, or the plain name. */
function nameIn(value: unknown): string {
  return text(typeof value === 'object' ? at(value, 'value') : value).replace(/^=.*\{\{.*$/s, '')
}

function range(key: string, value: unknown, least: number, most: number): Record<string, Json> {
  const found = number(value)
  return found === undefined ? {} : { [key]: Math.min(most, Math.max(least, found)) }
}

function whole(key: string, value: unknown, least: number, most: number): Record<string, Json> {
  const found = number(value)
  return found === undefined || found < least ? {} : { [key]: Math.min(most, Math.round(found)) }
}
