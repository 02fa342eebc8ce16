import { addCases, type Made } from './import-sketch'
import { celOfComparisons, type Comparison } from './import-text'
import { at, number, record, records, text, type Loose } from './loose'
import { n8nCommon, type N8nLevel, type N8nNode } from './n8n-level'

const OPERATIONS: Record<string, string> = {
  equals: 'equals', equal: 'equals', notequals: 'not-equals', notequal: 'not-equals', gt: 'larger', larger: 'larger', after: 'larger', gte: 'larger-equal', largerequal: 'larger-equal', lt: 'smaller', smaller: 'smaller', before: 'smaller', lte: 'smaller-equal', smallerequal: 'smaller-equal',
  contains: 'contains', notcontains: 'not-contains', startswith: 'starts', notstartswith: 'not-starts', endswith: 'ends', notendswith: 'not-ends', regex: 'matches', empty: 'empty', isempty: 'empty', notempty: 'not-empty', isnotempty: 'not-empty', exists: 'exists', notexists: 'not-exists', true: 'is-true', false: 'is-false',
}

function comparison(level: N8nLevel, node: N8nNode, kind: string, operation: string, left: unknown, right: unknown): Comparison {
  return { left: level.pieces(node, left), operation: OPERATIONS[operation.toLowerCase()] ?? operation, right: level.pieces(node, right), kind: kind === 'number' ? 'number' : kind === 'boolean' ? 'boolean' : kind === 'array' ? 'list' : 'text' }
}

/** Conditions of the second version of `if`, `filter` and `switch`. */
function filterOf(level: N8nLevel, node: N8nNode, conditions: Loose): string | undefined {
  const all = records(conditions.conditions).map((one) => comparison(level, node, text(at(one, 'operator', 'type')), text(at(one, 'operator', 'operation')), one.leftValue, one.rightValue))
  return celOfComparisons(all, conditions.combinator === 'or' ? 'or' : 'and')
}

function expressionOf(level: N8nLevel, node: N8nNode): string | undefined {
  const conditions = record(node.parameters.conditions)
  if (Array.isArray(conditions.conditions)) return filterOf(level, node, conditions)
  // The first filters compare two values by themselves.
  if (node.parameters.value1 !== undefined) return celOfComparisons([comparison(level, node, text(node.parameters.dataType), text(node.parameters.operation) || 'equal', node.parameters.value1, node.parameters.value2)], 'and')
  const old = ['string', 'number', 'boolean', 'dateTime'].flatMap((kind) => records(conditions[kind]).map((one) => comparison(level, node, kind, text(one.operation) || (kind === 'number' ? 'smaller' : 'equal'), one.value1, one.value2)))
  return celOfComparisons(old, text(node.parameters.combineOperation) === 'any' ? 'or' : 'and')
}

/** `if` and `filter`: one condition, which a filter leaves by one way only. */
export function n8nCondition(level: N8nLevel, node: N8nNode): Made {
  const expression = expressionOf(level, node)
  if (expression === undefined) level.sketch.remark('todo', 'CONDITION', node.name, JSON.stringify(node.parameters.conditions))
  level.sketch.add(node.id, 'condition', node.name, node.position, { ...n8nCommon(node), expression: expression ?? '' })
  return { entry: node.id, exits: { '0': { node: node.id, handle: 'true' }, ...(node.kind === 'if' && { '1': { node: node.id, handle: 'false' } }) } }
}

/** A switch: a row of conditions. */
export function n8nCases(level: N8nLevel, node: N8nNode): Made {
  const { parameters } = node
  const rules = records(at(parameters, 'rules', 'values') ?? at(parameters, 'rules', 'rules'))
  const said = rules.map((rule, index) => ({
    key: String(number(rule.output) ?? index), about: text(rule.outputKey),
    expression: rule.conditions ? filterOf(level, node, record(rule.conditions)) : celOfComparisons([comparison(level, node, text(parameters.dataType), text(rule.operation) || 'equal', parameters.value1, rule.value2)], 'and'),
  })).map(({ about, ...rest }) => ({ ...rest, ...(about !== '' && { about }) }))
  if (said.length === 0) {
    level.sketch.remark('todo', 'CONDITION', node.name)
    level.sketch.add(node.id, 'condition', node.name, node.position, { expression: '' })
    return { entry: node.id, exits: { '0': { node: node.id, handle: 'true' }, '1': { node: node.id, handle: 'false' } } }
  }
  return addCases(level.sketch, node.name, node.position, said, String(said.length), { first: node.id })
}
