import type { Json } from '@/domain/json'
import { difyCommon, jinjaText, selected, type DifyLevel, type DifyNode } from './dify-level'
import { difyTools } from './dify-tools'
import { addCases, single, type Made } from './import-sketch'
import { liquidOf } from './import-text'
import { at, number, record, records, text, type Loose } from './loose'

/** One call of a model. */
export function llm(level: DifyLevel, node: DifyNode): Made {
  const { data } = node
  const context = data.context !== undefined && at(data, 'context', 'enabled') === true ? selected(level, node, at(data, 'context', 'variable_selector')) : undefined
  const say = (one: Loose): string => {
    const jinja = text(one.edition_type) === 'jinja2' ? jinjaText(level, node, text(one.jinja2_text) || text(one.text), at(data, 'prompt_config', 'jinja2_variables')) : undefined
    const [before = '', ...after] = text(one.text).split('{{#context#}}')
    return jinja ?? [before, ...after].map((part) => liquidOf(level.pieces(node, part))).join(context === undefined ? '' : `{{ ${context} }}`)
  }
  const said = Array.isArray(data.prompt_template) ? records(data.prompt_template) : [record(data.prompt_template)]
  const system = said.filter((one) => text(one.role) === 'system').map(say).filter((one) => one.trim() !== '')
  const spoken = said.filter((one) => text(one.role) !== 'system').map((one) => (text(one.role) === 'assistant' ? `Assistant: ${say(one)}` : say(one))).filter((one) => one.trim() !== '')
  if (said.some((one) => text(one.role) === 'assistant')) level.sketch.remark('changed', 'MESSAGES', node.name)
  if (Object.keys(record(data.memory)).length > 0) {
    level.sketch.remark('lost', 'MEMORY', node.name)
    const query = text(at(data, 'memory', 'query_prompt_template')) || (level.chat ? '{{#sys.query#}}' : '')
    const asked = liquidOf(level.pieces(node, query)).trim()
    if (asked !== '' && !spoken.includes(asked)) spoken.push(asked)
  }
  if (at(data, 'vision', 'enabled') === true) level.sketch.remark('lost', 'FILES', node.name)
  // Instructions alone are what is asked.
  const prompt = spoken.length > 0 ? spoken.join('\n\n') : system.join('\n\n')
  const schema = data.structured_output_enabled === true ? record(at(data, 'structured_output', 'schema')) : {}
  return addAgent(level, node, { prompt, ...(spoken.length > 0 && system.length > 0 && { system: system.join('\n\n') }), ...(Object.keys(schema).length > 0 && { responseSchema: schema as Record<string, Json> }) }, data.model)
}

function addAgent({ sketch }: DifyLevel, node: DifyNode, config: Record<string, Json>, model: unknown): Made {
  const name = text(at(model, 'name')) || text(at(model, 'model'))
  if (name !== '') sketch.remark('changed', 'MODEL', node.name, name)
  const temperature = number(at(model, 'completion_params', 'temperature'))
  const maxTokens = number(at(model, 'completion_params', 'max_tokens'))
  sketch.add(node.id, 'agent', node.name, node.position, {
    ...difyCommon(node), ...config, ...(name !== '' && { model: name.slice(0, 200) }), ...(temperature !== undefined && { temperature: Math.min(2, Math.max(0, temperature)) }), ...(maxTokens !== undefined && maxTokens >= 1 && { maxTokens: Math.min(200_000, Math.round(maxTokens)) }),
  })
  return single(node.id)
}

/** The node in which a strategy of a plugin works with tools. */
export function strategy(level: DifyLevel, node: DifyNode): Made {
  const given = record(node.data.agent_parameters)
  const say = (key: string) => liquidOf(level.pieces(node, at(given, key, 'value')))
  const tools = difyTools(level, node, at(given, 'tools', 'value'))
  const system = say('instruction')
  return addAgent(level, node, { prompt: say('query'), ...(system !== '' && { system }), ...(tools.length > 0 && { tools }) }, at(given, 'model', 'value'))
}

/** Takes values out of a text. */
export function extractor(level: DifyLevel, node: DifyNode): Made {
  const fields = records(node.data.parameters).filter((one) => text(one.name) !== '')
  const query = selected(level, node, node.data.query)
  const properties = Object.fromEntries(fields.map((one) => [text(one.name), { ...schemaOfType(text(one.type)), ...(text(one.description) !== '' && { description: text(one.description) }) }]))
  const system = liquidOf(level.pieces(node, node.data.instruction))
  return addAgent(level, node, { prompt: query === undefined ? '' : `{{ ${query} }}`, ...(system !== '' && { system }), responseSchema: { type: 'object', properties, required: fields.filter((one) => one.required === true).map((one) => text(one.name)) } }, node.data.model)
}

function schemaOfType(type: string): Record<string, Json> {
  const list = /^array\[(\w+)\]$/.exec(type)
  if (list) return { type: 'array', items: schemaOfType(list[1]!) }
  return ['string', 'number', 'object', 'boolean'].includes(type) ? { type } : type === 'bool' ? { type: 'boolean' } : { type: 'string' }
}

/** A model says which class, by its name where names tell them apart, and conditions lead on. */
export function classifier(level: DifyLevel, node: DifyNode): Made {
  const found = records(node.data.classes).map((one) => ({ key: text(one.id), name: text(one.name) }))
  const byName = new Set(found.map(({ name }) => name)).size === found.length && found.every(({ name }) => name.trim() !== '' && !name.includes('{{'))
  const classes = found.map(({ key, name }) => ({ key, name, said: byName ? name : key }))
  const query = selected(level, node, node.data.query_variable_selector)
  const told = classes.map(({ key, name }) => (byName ? `- ${name}` : `${key}: ${name}`)).join('\n')
  const system = [liquidOf(level.pieces(node, text(node.data.instruction) || node.data.instructions)), liquidOf(level.pieces(node, told))].filter((line) => line !== '').join('\n')
  addAgent(level, node, { prompt: query === undefined ? '' : `{{ ${query} }}`, system, responseSchema: { type: 'object', properties: { class: { type: 'string', enum: classes.map(({ said }) => said) } }, required: ['class'] } }, node.data.model)
  const last = classes.at(-1)
  const cases = classes.slice(0, -1).map(({ key, name, said }) => ({ key, about: name.slice(0, 40), expression: `steps.${node.id}.output.json.class == ${JSON.stringify(said)}` }))
  if (cases.length === 0) return { entry: node.id, exits: last ? { [last.key]: { node: node.id, handle: 'out' } } : {} }
  return addCases(level.sketch, node.name, { x: node.position.x + 40, y: node.position.y + 130 }, cases, last!.key, { before: node.id })
}
