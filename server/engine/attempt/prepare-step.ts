import { AppError, unreachable } from '@/domain/error'
import { isTemplate } from '@/domain/graph/references'
import { accepts, describeType, typeOfValue, type ValueType } from '@/domain/graph/value-type'
import type { TypedNode } from '@/domain/graph/node-types'
import type { Json } from '@/domain/json'
import { soleValue, type StepScope } from '@/domain/run/scope'
import type { Clock } from '@/server/ports/clock'
import type { AttemptDeps, AttemptOf, Prepared } from './prepared'
import { prepareAgent } from './prepare-agent'
import { prepareBrowser } from './prepare-browser'
import { prepareHttp } from './prepare-http'
import { prepareMcp } from './prepare-mcp'
import { prepareMessage } from './prepare-message'
import { preparePython } from './prepare-python'
import { prepareSubworkflow } from './prepare-subworkflow'
import { prepareTurn } from './prepare-turn'

/** The value found does not have the type that the place expects; names both ends. */
export class TypeMismatch extends AppError {
  readonly code = 'TYPE_MISMATCH'
  readonly hint = 'Change the expression, or the node that gives the value, so that both ends agree.'
  constructor(name: string, what: string, readonly expected: ValueType, readonly found: ValueType) {
    super(`"${name}" expects ${describeType(expected)} from ${what}, but found ${describeType(found)}`)
  }
}

/** Most items of one map: each is steps in the run's log. */
const MAX_ITEMS = 2_000

export class TooManyItems extends AppError {
  readonly code = 'TOO_MANY_ITEMS'
  readonly hint = 'Put several of them into one item, or start a run for each part.'
  constructor(name: string, found: number) {
    super(`"${name}" takes at most ${MAX_ITEMS} items, but found ${found}`)
  }
}

/** @throws {AppError} a template, an expression or a value at fault */
export async function prepareStep(deps: AttemptDeps & { clock: Pick<Clock, 'now'> }, node: TypedNode, scope: StepScope, incoming: Record<string, Json>, of: AttemptOf): Promise<Prepared> {
  if (of.turn) return prepareTurn(deps, node, scope, of.turn, of)
  const given = soleValue(incoming)
  switch (node.type) {
    case 'input':
      return done(null, scope.input)
    case 'agent':
      return prepareAgent(deps, node, scope, of)
    case 'http':
      return prepareHttp(deps, node, scope, of)
    case 'mcp':
      return prepareMcp(deps, node, scope, given, of)
    case 'browser':
      return prepareBrowser(deps, node, scope)
    case 'python':
      return preparePython(deps, node, scope, given)
    case 'transform':
      return done(given, await worth(deps, node.config.expression, scope))
    case 'condition': {
      const value = await isTrue(deps, node.name, node.config.expression, scope)
      return { input: given, result: { output: value, handle: String(value) } }
    }
    case 'map': {
      const expression = node.config.items?.trim() ? node.config.items : undefined
      const items = expression === undefined ? given : await deps.templates.evaluate(expression, scope)
      check(node.name, expression ?? `"${Object.keys(incoming).join(', ')}"`, { kind: 'list', of: { kind: 'any' } }, items)
      if (Array.isArray(items) && items.length > MAX_ITEMS) throw new TooManyItems(node.name, items.length)
      return { input: { items } }
    }
    case 'merge':
      return done(incoming, incoming)
    case 'message':
      return prepareMessage(deps, node, scope, given)
    case 'subworkflow':
      return prepareSubworkflow(deps, node, scope, given, of)
    case 'approval':
      return { input: { prompt: await deps.templates.render(node.config.prompt, scope), value: given } }
    case 'output': {
      const value = node.config.value?.trim() ? node.config.value : undefined
      if (value === undefined) return done(given, given)
      return done(given, await worth(deps, value, scope))
    }
    case 'note':
    case 'group':
      return done(null, null)
    default:
      return unreachable(node)
  }
}

/** What a text gives that may be a template or an expression. */
async function worth({ templates }: AttemptDeps, text: string, scope: StepScope): Promise<Json> {
  return isTemplate(text) ? templates.render(text, scope) : templates.evaluate(text, scope)
}

/** A condition decides between two: what is neither true nor false is refused. @throws {TypeMismatch} */
export async function isTrue({ templates }: AttemptDeps, name: string, expression: string, scope: StepScope): Promise<boolean> {
  const value = await templates.evaluate(expression, scope)
  check(name, expression, { kind: 'boolean' }, value)
  return value === true
}

function done(input: Json, output: Json): Prepared {
  return { input, result: { output } }
}

function check(name: string, what: string, expected: ValueType, value: Json): void {
  const found = typeOfValue(value)
  if (!accepts(expected, found)) throw new TypeMismatch(name, what, expected, found)
}
