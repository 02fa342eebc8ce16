import type { Json } from '@/domain/json'
import { classifier, extractor, llm, strategy } from './dify-agents'
import { celOfTests } from './dify-conditions'
import { memoryKey } from './dify-loop'
import { difyCommon, jinjaText, selected, type DifyLevel, type DifyNode } from './dify-level'
import { toolNode } from './dify-tool-nodes'
import { addCases, addJavaScript, addPlaceholder, addVariables, single, type Made } from './import-sketch'
import { celLiteral, liquidOf, pathOf, pythonPathOf } from './import-text'
import { at, items, number, parsed, record, records, text, type Loose } from './loose'

/** Makes of one node of Dify what it is here. */
export function makeDifyNode(level: DifyLevel, node: DifyNode): Made {
  switch (node.kind) {
    case 'start':
      return start(level, node)
    case 'end':
      return end(level, node)
    case 'tool':
      return toolNode(level, node)
    case 'answer':
      return output(level, node, liquidOf(level.pieces(node, node.data.answer)))
    case 'llm':
      return llm(level, node)
    case 'agent':
      return strategy(level, node)
    case 'parameter-extractor':
      return extractor(level, node)
    case 'question-classifier':
      return classifier(level, node)
    case 'if-else':
      return ifElse(level, node)
    case 'code':
      return code(level, node)
    case 'http-request':
      return http(level, node)
    case 'template-transform':
      return template(level, node)
    case 'variable-aggregator':
    case 'variable-assigner':
      return aggregator(level, node)
    case 'assigner':
      return assigner(level, node)
    case 'note':
      return note(level, node)
    default:
      if (node.kind.startsWith('knowledge-retrieval')) level.sketch.remark('lost', 'KNOWLEDGE', node.name)
      return addPlaceholder(level.sketch, node.id, node.name, node.kind, node.position, node.data)
  }
}

function start(level: DifyLevel, node: DifyNode): Made {
  const { sketch, chat } = level
  const { id, name, data, position } = node
  const variables = records(data.variables).filter((one) => text(one.variable) !== '')
  const files = variables.filter((one) => text(one.type).startsWith('file')).map((one) => text(one.variable))
  if (files.length > 0) sketch.remark('todo', 'FILES', name, files.join(', '))
  const properties: Record<string, Json> = Object.fromEntries(variables.map((one) => [text(one.variable), fieldSchema(one)]))
  const required = variables.filter((one) => one.required === true).map((one) => text(one.variable))
  if (chat) Object.assign(properties, { query: { type: 'string' } })
  sketch.add(id, 'input', name, position, Object.keys(properties).length === 0 ? {} : { schema: { type: 'object', properties, required: [...required, ...(chat ? ['query'] : [])] } })
  return addVariables(sketch, name, position, single(id), level.variables)
}

function fieldSchema({ type, options, label, default: given }: Loose): Json {
  const about = { ...(text(label) !== '' && { title: text(label) }), ...(text(given) !== '' && { default: given as Json }) }
  switch (text(type)) {
    case 'number':
      return { type: 'number', ...about }
    case 'checkbox':
      return { type: 'boolean', ...about }
    case 'select':
      return { type: 'string', enum: items(options).map(text), ...about }
    case 'text-input':
    case 'paragraph':
      return { type: 'string', ...about }
    default:
      return about
  }
}

function end(level: DifyLevel, node: DifyNode): Made {
  const outputs = records(node.data.outputs).filter((one) => text(one.variable) !== '')
  const fields = outputs.map((one) => `${celLiteral(text(one.variable))}: ${selected(level, node, one.value_selector) ?? 'null'}`)
  return output(level, node, fields.length === 0 ? undefined : `{${fields.join(', ')}}`)
}

function output({ sketch }: DifyLevel, { id, name, position }: DifyNode, value: string | undefined): Made {
  // Words alone are no expression: quoted they are one.
  const said = value === undefined || /\{[{%]/.test(value) || value.startsWith('{"') ? value : JSON.stringify(value)
  sketch.add(id, 'output', name, position, said === undefined || said === '""' ? {} : { value: said })
  return { entry: id, exits: {} }
}

function ifElse(level: DifyLevel, node: DifyNode): Made {
  const { data } = node
  const cases = Array.isArray(data.cases) ? records(data.cases) : [{ case_id: 'true', logical_operator: data.logical_operator, conditions: data.conditions }]
  return addCases(level.sketch, node.name, node.position, cases.map((one) => ({
    key: text(one.case_id) || text(record(one).id),
    expression: celOfTests(level, node, records(one.conditions), text(one.logical_operator)),
  })), 'false', { first: node.id })
}

function code(level: DifyLevel, node: DifyNode): Made {
  const { data } = node
  if (text(data.code_language) !== 'python3') return addJavaScript(level.sketch, node.id, node.name, node.position, text(data.code))
  const given = records(data.variables).filter((one) => text(one.variable) !== '').map((one) => `${text(one.variable)}=${pythonPathOf(selected(level, node, one.value_selector) ?? 'None')}`)
  level.sketch.add(node.id, 'python', node.name, node.position, { ...difyCommon(node), code: `${text(data.code).trim()}\n\noutput = main(${given.join(', ')})\n` })
  return single(node.id)
}

function http(level: DifyLevel, node: DifyNode): Made {
  const { data, name } = node
  const say = (value: unknown) => liquidOf(level.pieces(node, value))
  if (!['', 'no-auth'].includes(text(at(data, 'authorization', 'type')))) level.sketch.remark('todo', 'CREDENTIAL', name)
  const method = text(data.method).toUpperCase()
  const lines = (value: unknown) => text(value).split('\n').flatMap((line) => (line.indexOf(':') > 0 ? [[line.slice(0, line.indexOf(':')).trim(), line.slice(line.indexOf(':') + 1).trim()] as const] : []))
  const headers = Object.fromEntries(lines(data.headers).map(([key, value]) => [key, say(value)]))
  const query = lines(data.params).map(([key, value]) => `${encodeURIComponent(key)}=${encoded(say(value))}`)
  const kind = text(at(data, 'body', 'type'))
  const body = bodyText(level, node, kind)
  const url = say(data.url)
  const type = kind === 'json' ? 'application/json' : kind === 'x-www-form-urlencoded' ? 'application/x-www-form-urlencoded' : undefined
  const typed = type !== undefined && body !== '' && !Object.keys(headers).some((key) => key.toLowerCase() === 'content-type') ? { 'content-type': type, ...headers } : headers
  level.sketch.add(node.id, 'http', name, node.position, {
    ...difyCommon(node), method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method) ? method : 'GET', url: query.length === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}${query.join('&')}`,
    ...(Object.keys(typed).length > 0 && { headers: typed }), ...(body !== '' && { body }),
  })
  return single(node.id)
}

function bodyText(level: DifyLevel, node: DifyNode, kind: string): string {
  const data = at(node.data, 'body', 'data')
  const say = (value: unknown) => liquidOf(level.pieces(node, value))
  if (kind === 'form-data') level.sketch.remark('todo', 'FORM_BODY', node.name)
  if (kind === 'x-www-form-urlencoded' || kind === 'form-data') return records(data).map((one) => `${encodeURIComponent(text(one.key))}=${encoded(say(one.value))}`).join('&')
  return typeof data === 'string' ? say(data) : records(data).map((one) => say(one.value)).join('\n')
}

function encoded(template: string): string {
  return template.includes('{{') ? template.replaceAll(/ \}\}/g, ' | url_encode }}') : encodeURIComponent(template)
}

/** Jinja comes along as Liquid, which a transform renders. */
function template(level: DifyLevel, node: DifyNode): Made {
  const said = jinjaText(level, node, text(node.data.template), node.data.variables)
  if (said === undefined) level.sketch.remark('todo', 'TEMPLATE', node.name, text(node.data.template))
  const expression = said === undefined ? '' : /\{[{%]/.test(said) ? said : celLiteral(said)
  level.sketch.add(node.id, 'transform', node.name, node.position, { ...difyCommon(node), expression })
  return single(node.id)
}

/** The first of several values that is there. */
function aggregator(level: DifyLevel, node: DifyNode): Made {
  const first = (variables: unknown) => {
    const paths = items(variables).flatMap((selector) => selected(level, node, selector) ?? [])
    return paths.reduceRight((otherwise, path) => {
      const step = /^steps\.\w+/.exec(path)?.[0]
      return step === undefined ? path : `has(${step}) ? ${path} : ${otherwise}`
    }, 'null')
  }
  const groups = at(node.data, 'advanced_settings', 'group_enabled') === true ? records(at(node.data, 'advanced_settings', 'groups')) : []
  const expression = groups.length > 0 ? `{${groups.map((group) => `${celLiteral(text(group.group_name))}: ${first(group.variables)}`).join(', ')}}` : first(node.data.variables)
  level.sketch.add(node.id, 'transform', node.name, node.position, { expression })
  return single(node.id)
}

/** Variables of a conversation, and those of a loop, are values in the memory of the run. */
function assigner(level: DifyLevel, node: DifyNode): Made {
  const { data } = node
  const writes = Array.isArray(data.items) ? records(data.items) : [{ variable_selector: data.assigned_variable_selector, operation: data.write_mode, input_type: 'variable', value: data.input_variable_selector }]
  const remember = writes.flatMap((one): Json[] => {
    const selector = items(one.variable_selector).map(text)
    const key = memoryKey(level.nodes, selector)
    const given = text(one.input_type) === 'constant' ? celLiteral(one.value ?? null) : selected(level, node, one.value)
    const value = key === undefined ? undefined : writtenValue(text(one.operation), pathOf('memory', [key]), given ?? 'null')
    if (value === undefined) level.sketch.remark('todo', 'STATE', node.name, `${selector.at(-1) ?? ''}: ${text(one.operation)}`)
    return key === undefined || value === undefined ? [] : [{ key, value, expect: 'any' }]
  })
  level.sketch.add(node.id, 'transform', node.name, node.position, { expression: 'null', ...(remember.length > 0 && { remember }) })
  level.sketch.remark('changed', 'STATE', node.name)
  return single(node.id)
}

/** What an assigner writes, as CEL; undefined where CEL has no word for it. */
function writtenValue(operation: string, before: string, given: string): string | undefined {
  switch (operation) {
    case 'over-write':
    case 'set':
      return given
    case 'clear':
      return 'null'
    case '+=':
    case '-=':
    case '*=':
    case '/=':
      return `${before} ${operation[0]!} ${given}`
    case 'extend':
      return `${before} + ${given}`
    case 'append':
      return `${before} + [${given}]`
    default:
      return undefined
  }
}

function note({ sketch }: DifyLevel, { id, name, data, position }: DifyNode): Made {
  const side = (value: unknown, least: number) => Math.min(2_000, Math.max(least, Math.round(number(value) ?? 240)))
  sketch.add(id, 'note', name, position, { text: richText(parsed(data.text)) || text(data.text), width: side(data.width, 120), height: side(data.height, 60) })
  return { entry: id, exits: {} }
}

/** The words of a note, which is kept as a tree. */
function richText(tree: unknown): string {
  const said = text(record(tree).text)
  const inner = records(record(tree).root !== undefined ? at(tree, 'root', 'children') : record(tree).children).map(richText)
  return said !== '' ? said : inner.join(['paragraph', 'root', ''].includes(text(record(tree).type)) && inner.length > 1 && record(tree).root !== undefined ? '\n\n' : '')
}
