import type { Jinja } from './jinja-expression'
import { liquidOperand, type JinjaScope } from './jinja-liquid'

type Condition = string | { word: 'and' | 'or'; parts: Condition[] }

/**
 * A condition as Liquid, which knows no parentheses and reads from the right: `a and b or c` is `a and (b or c)`. So of the
 * parts of one word only the last may be made of others. @returns undefined where that cannot be
 */
export function liquidCondition(expression: Jinja, scope: JinjaScope): string | undefined {
  return said(conditionOf(expression, scope, true)) ?? said(conditionOf(expression, scope, false))
}

function said(condition: Condition | undefined): string | undefined {
  if (condition === undefined || typeof condition === 'string') return condition
  const parts = condition.parts.flatMap((part) => (typeof part !== 'string' && part.word === condition.word ? part.parts : [part]))
  const made = parts.filter((part) => typeof part !== 'string')
  if (made.length > 1) return undefined
  const all = [...parts.filter((part) => typeof part === 'string'), ...made].map(said)
  return all.some((one) => one === undefined) ? undefined : all.join(` ${condition.word} `)
}

/** @param exact whether zero is false too, as it is there; in a row of alternatives there may be no place to say so */
function conditionOf(expression: Jinja, scope: JinjaScope, exact: boolean): Condition | undefined {
  switch (expression.kind) {
    case 'joint':
      return all(expression.word, expression.parts.map((part) => conditionOf(part, scope, exact)))
    case 'not':
      return negated(conditionOf(expression.of, scope, exact))
    case 'test':
      return testOf(expression, scope)
    case 'compare':
      return compareOf(expression, scope)
    default: {
      const value = liquidOperand(expression, scope)
      if (value === 'nil') return 'false'
      if (value === undefined || ['true', 'false', 'forloop.first', 'forloop.last'].includes(value)) return value
      if (value.endsWith('.size')) return `${value} > 0`
      // There, what is empty is false.
      return exact ? { word: 'and', parts: [`${value} != blank`, `${value} != 0`] } : `${value} != blank`
    }
  }
}

function all(word: 'and' | 'or', parts: readonly (Condition | undefined)[]): Condition | undefined {
  return parts.some((part) => part === undefined) ? undefined : { word, parts: parts as Condition[] }
}

function negated(condition: Condition | undefined): Condition | undefined {
  if (condition === undefined) return undefined
  if (typeof condition !== 'string') return all(condition.word === 'and' ? 'or' : 'and', condition.parts.map(negated))
  if (condition.startsWith('not ')) return condition.slice(4)
  return / != (blank|nil|0)$/.test(condition) ? condition.replace(/ != (\w+)$/, ' == $1') : `not ${condition}`
}

function testOf({ of, name, not }: Extract<Jinja, { kind: 'test' }>, scope: JinjaScope): Condition | undefined {
  const value = liquidOperand(of, scope)
  const there = name === 'defined' ? !not : ['undefined', 'none'].includes(name) ? not : undefined
  return value === undefined || there === undefined ? undefined : `${value} ${there ? '!=' : '=='} nil`
}

function compareOf({ left, operator, right }: Extract<Jinja, { kind: 'compare' }>, scope: JinjaScope): Condition | undefined {
  const a = liquidOperand(left, scope)
  const not = operator === 'not in'
  if (right.kind === 'list') {
    const parts = right.parts.map((part) => liquidOperand(part, scope))
    if (a === undefined || parts.length === 0 || parts.some((part) => part === undefined) || !['in', 'not in'].includes(operator)) return undefined
    return { word: not ? 'and' : 'or', parts: parts.map((part) => `${a} ${not ? '!=' : '=='} ${part!}`) }
  }
  const b = liquidOperand(right, scope)
  if (a === undefined || b === undefined) return undefined
  return operator === 'in' || not ? `${not ? 'not ' : ''}${b} contains ${a}` : `${a} ${operator} ${b}`
}
