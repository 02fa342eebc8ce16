import type { Jinja } from './jinja-expression'
import { liquidOperand, type JinjaScope } from './jinja-liquid'
import { allOf, negated, said, truth, type Condition } from './liquid-condition'

/** A condition as Liquid; undefined where that cannot be. */
export function liquidCondition(expression: Jinja, scope: JinjaScope): string | undefined {
  return said(conditionOf(expression, scope, true)) ?? said(conditionOf(expression, scope, false))
}

function conditionOf(expression: Jinja, scope: JinjaScope, exact: boolean): Condition | undefined {
  switch (expression.kind) {
    case 'joint':
      return allOf(expression.word, expression.parts.map((part) => conditionOf(part, scope, exact)))
    case 'not':
      return negated(conditionOf(expression.of, scope, exact))
    case 'test':
      return testOf(expression, scope)
    case 'compare':
      return compareOf(expression, scope)
    default:
      return truth(liquidOperand(expression, scope), exact)
  }
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
