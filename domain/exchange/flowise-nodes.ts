import type { Json } from '@/domain/json'
import type { FlowiseLevel, FlowiseNode } from './flowise-level'
import { plainText } from './flowise-text'
import { flowiseTools } from './flowise-tools'
import { addCases, addJavaScript, addPlaceholder, addVariables, single, type Made, type Sketch } from './import-sketch'
import { celOf, celOfComparisons, liquidOf, type Comparison } from './import-text'
import { at, items, number, parsed, record, records, text, type Loose } from './loose'

/** Makes of one node of an agent flow what it is here. */
export function makeFlowiseNode(level: FlowiseLevel, node: FlowiseNode): Made {
  switch (node.kind) {
    case 'startAgentflow':
      return start(level, node)
    case 'llmAgentflow':
      return agent(level, node, 'llm')
    case 'agentAgentflow':
      return agent(level, node, 'agent')
    case 'conditionAgentflow':
      return conditions(level, node)
    case 'conditionAgentAgentflow':
      return scenarios(level, node)
    case 'httpAgentflow':
      return http(level, node)
    case 'customFunctionAgentflow':
      return addJavaScript(level.sketch, node.id, node.name, node.position, text(node.inputs.customFunctionJavascriptFunction))
    case 'humanInputAgentflow':
      return approval(level, node)
    case 'directReplyAgentflow':
      return reply(level, node)
    case 'executeFlowAgentflow':
      return subflow(level, node)
    case 'stickyNoteAgentflow':
      level.sketch.add(node.id, 'note', node.name, node.position, { text: text(node.inputs.note) })
      return { entry: node.id, exits: {} }
    default:
      if (node.kind === 'retrieverAgentflow') level.sketch.remark('lost', 'KNOWLEDGE', node.name)
      return addPlaceholder(level.sketch, node.id, node.name, node.kind, node.position, node.inputs)
  }
}

const list = (value: unknown): readonly Loose[] => records(parsed(value) ?? value)

function start({ sketch }: FlowiseLevel, { id, name, inputs, position }: FlowiseNode): Made {
  const fields = text(inputs.startInputType) === 'formInput' ? list(inputs.formInputTypes).filter((one) => text(one.name) !== '') : []
  const properties: Record<string, Json> = fields.length === 0 ? { question: { type: 'string' } } : Object.fromEntries(fields.map((one) => [text(one.name), formField(one)]))
  const state = list(inputs.startState).map((one) => ({ key: text(one.key), value: text(one.value) })).filter(({ key }) => isMemoryKey(key)).slice(0, 20)
  if (state.length > 0) sketch.remark('changed', 'STATE', name, state.map(({ key }) => key).join(', '))
  if (text(inputs.startInputType) === 'scheduleInput') sketch.remark('todo', 'SCHEDULE', name, text(inputs.scheduleCronExpression))
  if (text(inputs.startInputType) === 'webhookTrigger') sketch.remark('todo', 'WEBHOOK', name)
  sketch.add(id, 'input', name, position, { schema: { type: 'object', properties, required: Object.keys(properties) } })
  return addVariables(sketch, name, position, single(id), state)
}

function formField({ type, label, addOptions }: Loose): Json {
  const title: Record<string, Json> = text(label) === '' ? {} : { title: text(label) }
  return text(type) === 'options' ? { type: 'string', enum: list(addOptions).map((one) => text(one.option)), ...title } : { type: ['number', 'boolean'].includes(text(type)) ? text(type) : 'string', ...title }
}

function agent(level: FlowiseLevel, node: FlowiseNode, prefix: 'llm' | 'agent'): Made {
  const { sketch } = level
  const field = (name: string) => node.inputs[`${prefix}${name}`]
  const say = (value: unknown) => liquidOf(level.pieces(node, value))
  const messages = list(field('Messages'))
  const isSystem = (one: Loose) => ['system', 'developer'].includes(text(one.role))
  const system = messages.filter(isSystem).map((one) => say(one.content)).filter((one) => one !== '')
  const spoken = messages.filter((one) => !isSystem(one)).map((one) => (text(one.role) === 'assistant' ? `Assistant: ${say(one.content)}` : say(one.content))).filter((one) => one !== '')
  const asked = say(field('UserMessage'))
  const prompt = [...spoken, ...(asked === '' ? [] : [asked])].join('\n\n')
  if (field('EnableMemory') === true) sketch.remark('lost', 'MEMORY', node.name)
  const tools = flowiseTools(level, node, list(field('Tools')), items(parsed(field('ToolsBuiltInOpenAI')) ?? field('ToolsBuiltInOpenAI')).map(text).filter((one) => one !== ''))
  if (list(field('KnowledgeDocumentStores')).length + list(field('KnowledgeVSEmbeddings')).length > 0) sketch.remark('lost', 'KNOWLEDGE', node.name)
  const structured = list(field('StructuredOutput'))
  const remember = list(field('UpdateState')).flatMap((one): Json[] => stateWrite(level, node, one))
  sketch.add(node.id, 'agent', node.name, node.position, {
    // Without a message of its own it answers what was asked.
    prompt: prompt === '' ? `{{ ${level.read(node, 'question') ?? 'input.question'} }}` : prompt, ...(system.length > 0 && { system: system.join('\n\n') }), ...modelOf(sketch, node, record(parsed(field('ModelConfig')) ?? field('ModelConfig')), text(field('Model'))),
    ...(structured.length > 0 && { responseSchema: structuredSchema(structured) }), ...(remember.length > 0 && { remember: remember.slice(0, 20) }), ...(tools.length > 0 && { tools }), retry: { maxAttempts: 1 },
  })
  return single(node.id)
}

function modelOf(sketch: Sketch, node: FlowiseNode, config: Loose, provider: string): Record<string, Json> {
  const name = text(config.modelName) || text(config.customModel) || text(config.model)
  if (name !== '' || provider !== '') sketch.remark('changed', 'MODEL', node.name, name || provider)
  const temperature = number(config.temperature)
  const maxTokens = number(config.maxTokens) ?? number(config.maxOutputTokens)
  return { ...(name !== '' && { model: name.slice(0, 200) }), ...(temperature !== undefined && { temperature: Math.min(2, Math.max(0, temperature)) }), ...(maxTokens !== undefined && maxTokens >= 1 && { maxTokens: Math.min(200_000, Math.round(maxTokens)) }) }
}

function structuredSchema(fields: readonly Loose[]): Record<string, Json> {
  const typed = ({ type, enumValues, jsonSchema, description }: Loose): Json => {
    const about: Record<string, Json> = text(description) === '' ? {} : { description: text(description) }
    switch (text(type)) {
      case 'stringArray':
        return { type: 'array', items: { type: 'string' }, ...about }
      case 'jsonArray':
        return { type: 'array', items: itemSchema(record(parsed(jsonSchema))), ...about }
      case 'enum':
        return { type: 'string', enum: text(enumValues).split(',').map((one) => one.trim()), ...about }
      case 'number':
      case 'boolean':
        return { type: text(type), ...about }
      default:
        return { type: 'string', ...about }
    }
  }
  const named = fields.filter((one) => text(one.key) !== '')
  return { type: 'object', properties: Object.fromEntries(named.map((one) => [text(one.key), typed(one)])), required: named.map((one) => text(one.key)) }
}

/** What is called a schema there names the fields of an item; some write a schema. */
function itemSchema(said: Loose): Json {
  if (Object.keys(said).length === 0 || (typeof said.type === 'string' && (said.properties !== undefined || said.items !== undefined || said.type !== 'object'))) return said as Record<string, Json>
  return { type: 'object', properties: said as Record<string, Json>, required: Object.keys(said).filter((key) => record(said[key]).required !== false) }
}

function isMemoryKey(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name)
}

/** A variable of the flow is a value in the memory of the run. */
function stateWrite(level: FlowiseLevel, node: FlowiseNode, { key, value }: Loose): Json[] {
  const name = text(key)
  if (!isMemoryKey(name)) return []
  level.sketch.remark('changed', 'STATE', node.name, name)
  const own = plainText(text(value)).trim()
  const fields = /^\{\{\s*output((?:\.\w+)*)\s*\}\}$/.exec(own)
  if (fields) return [{ key: name, value: fields[1] === '' ? `{{ steps.${node.id}.output.text }}` : `{{ steps.${node.id}.output.json${fields[1]!} }}`, expect: 'any' }]
  const said = liquidOf(level.pieces(node, value))
  return [{ key: name, value: said.includes('{{') || said.includes('{%') ? said : JSON.stringify(said), expect: 'any' }]
}

const OPERATIONS: Record<string, string> = { equal: 'equals', notEqual: 'not-equals', larger: 'larger', largerEqual: 'larger-equal', smaller: 'smaller', smallerEqual: 'smaller-equal', contains: 'contains', notContains: 'not-contains', startsWith: 'starts', endsWith: 'ends', regex: 'matches', isEmpty: 'empty', notEmpty: 'not-empty' }

function conditions(level: FlowiseLevel, node: FlowiseNode): Made {
  const said = list(node.inputs.conditions)
  return addCases(level.sketch, node.name, node.position, said.map((one, index) => {
    const kind: Comparison['kind'] = text(one.type) === 'number' ? 'number' : text(one.type) === 'boolean' ? 'boolean' : 'text'
    return { key: String(index), expression: celOfComparisons([{ left: level.pieces(node, one.value1), operation: OPERATIONS[text(one.operation)] ?? text(one.operation), right: level.pieces(node, one.value2), kind }], 'and') }
  }), String(said.length), { first: node.id })
}

function scenarios(level: FlowiseLevel, node: FlowiseNode): Made {
  const { sketch } = level
  const said = list(node.inputs.conditionAgentScenarios).map((one) => text(one.scenario))
  const asked = liquidOf(level.pieces(node, node.inputs.conditionAgentInput))
  const system = [liquidOf(level.pieces(node, node.inputs.conditionAgentInstructions)), ...said.map((one, index) => `${index}: ${one}`)].filter((one) => one !== '').join('\n')
  sketch.add(node.id, 'agent', node.name, node.position, {
    prompt: asked === '' ? `{{ ${level.read(node, 'question') ?? 'input.question'} }}` : asked, system, ...modelOf(sketch, node, record(parsed(node.inputs.conditionAgentModelConfig) ?? node.inputs.conditionAgentModelConfig), text(node.inputs.conditionAgentModel)),
    responseSchema: { type: 'object', properties: { scenario: { type: 'string', enum: said.map((_, index) => String(index)) } }, required: ['scenario'] }, retry: { maxAttempts: 1 },
  })
  const cases = said.slice(0, -1).map((about, index) => ({ key: String(index), about: about.slice(0, 40), expression: `steps.${node.id}.output.json.scenario == ${JSON.stringify(String(index))}` }))
  if (cases.length === 0) return { entry: node.id, exits: { '0': { node: node.id, handle: 'out' } } }
  return addCases(sketch, node.name, { x: node.position.x + 40, y: node.position.y + 130 }, cases, String(said.length - 1), { before: node.id })
}

function http(level: FlowiseLevel, node: FlowiseNode): Made {
  const { inputs, name } = node
  const say = (value: unknown) => liquidOf(level.pieces(node, value))
  const pairs = (value: unknown) => list(value).filter((one) => text(one.key) !== '').map((one): [string, string] => [text(one.key), say(one.value)])
  if (text(inputs.credential) !== '') level.sketch.remark('todo', 'CREDENTIAL', name)
  const kind = text(inputs.bodyType)
  const query = pairs(inputs.queryParams).map(([key, value]) => `${encodeURIComponent(key)}=${encoded(value)}`)
  const headers = Object.fromEntries(pairs(inputs.headers))
  const form = kind === 'xWwwFormUrlencoded' || kind === 'formData'
  if (kind === 'formData') level.sketch.remark('todo', 'FORM_BODY', name)
  const body = form ? pairs(inputs.body).map(([key, value]) => `${encodeURIComponent(key)}=${encoded(value)}`).join('&') : say(inputs.body)
  const type = form ? 'application/x-www-form-urlencoded' : 'application/json'
  const typed = body === '' || kind === 'raw' || Object.keys(headers).some((key) => key.toLowerCase() === 'content-type') ? headers : { 'content-type': type, ...headers }
  const url = say(inputs.url)
  const method = text(inputs.method).toUpperCase()
  level.sketch.add(node.id, 'http', name, node.position, {
    method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method) ? method : 'GET', url: query.length === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}${query.join('&')}`,
    ...(Object.keys(typed).length > 0 && { headers: typed }), ...(body !== '' && { body }), retry: { maxAttempts: 1 },
  })
  return single(node.id)
}

function encoded(template: string): string {
  return template.includes('{{') ? template.replaceAll(/ \}\}/g, ' | url_encode }}') : encodeURIComponent(template)
}

function approval(level: FlowiseLevel, node: FlowiseNode): Made {
  const said = liquidOf(level.pieces(node, node.inputs.humanInputDescription))
  level.sketch.add(node.id, 'approval', node.name, node.position, { prompt: said || liquidOf(level.pieces(node, node.inputs.humanInputModelPrompt)) || node.name })
  return { entry: node.id, exits: { '0': { node: node.id, handle: 'approved' }, '1': { node: node.id, handle: 'rejected' } } }
}

function reply(level: FlowiseLevel, node: FlowiseNode): Made {
  const said = liquidOf(level.pieces(node, node.inputs.directReplyMessage))
  level.sketch.add(node.id, 'output', node.name, node.position, said === '' ? {} : { value: /\{[{%]/.test(said) ? said : JSON.stringify(said) })
  return { entry: node.id, exits: {} }
}

function subflow(level: FlowiseLevel, node: FlowiseNode): Made {
  const pieces = level.pieces(node, node.inputs.executeFlowInput)
  const input = celOf(pieces) ?? (pieces.length === 0 ? undefined : liquidOf(pieces))
  level.sketch.add(node.id, 'subworkflow', node.name, node.position, { workflowId: '', ...(input !== undefined && pieces.length > 0 && { input: { question: input } }) })
  level.sketch.remark('todo', 'SUBWORKFLOW', node.name, text(at(node.inputs, 'executeFlowSelectedFlow')))
  return single(node.id)
}
