import { selected, type DifyLevel, type DifyNode } from './dify-level'
import { celOfComparisons, type Comparison } from './import-text'
import { items, text, type Loose } from './loose'

const OPERATIONS: Record<string, string> = {
  '=': 'equals', is: 'equals', '≠': 'not-equals', 'is not': 'not-equals', '>': 'larger', '≥': 'larger-equal', '<': 'smaller', '≤': 'smaller-equal', contains: 'contains', 'not contains': 'not-contains', 'start with': 'starts', 'end with': 'ends', empty: 'empty', 'is empty': 'empty', null: 'empty', 'not empty': 'not-empty', 'is not empty': 'not-empty', 'not null': 'not-empty', exists: 'exists', 'not exists': 'not-exists',
}

/** Conditions of a branch or of a loop as CEL; undefined where one cannot be said. */
export function celOfTests(level: DifyLevel, node: DifyNode, tests: readonly Loose[], joined: string): string | undefined {
  return celOfComparisons(tests.map((test) => comparison(level, node, test)), joined === 'or' ? 'or' : 'and')
}

function comparison(level: DifyLevel, node: DifyNode, test: Loose): Comparison {
  const path = selected(level, node, test.variable_selector)
  const type = text(test.varType)
  const operation = OPERATIONS[text(test.comparison_operator)] ?? text(test.comparison_operator)
  return { left: path === undefined ? [{ kind: 'unknown', source: items(test.variable_selector).map(text).join('.') }] : [{ kind: 'value', path, filters: [] }], operation, right: level.pieces(node, test.value), kind: type.startsWith('array') ? 'list' : type === 'number' || /^[<>≤≥=≠]$/.test(text(test.comparison_operator)) ? 'number' : type === 'boolean' ? 'boolean' : 'text' }
}
