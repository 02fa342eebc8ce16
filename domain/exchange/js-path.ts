import { pathOf } from './import-text'
import type { Js } from './js-expression'

/** What the data that a node gives is called here: n8n's `json` of it, and a path in it. */
export type ReadNode = (name: string, keys: readonly string[]) => string | undefined
export type JsScope = {
  /** The node whose data arrives; undefined: none does. */
  here: string | undefined
  read: ReadNode
  /** What the names of a function's arguments are here. */
  locals: ReadonlyMap<string, string>
  /** Puts a value with its filters into a variable before what reads it. */
  hoist?(value: string): string
}

/** The path of a value that a node gave, or of an argument. */
export function jsPath(expression: Js, scope: JsScope): string | undefined {
  // A length is asked for, not a field of that name.
  if (expression.kind === 'field' && expression.key.kind === 'literal' && expression.key.value === 'length') return undefined
  const keys: string[] = []
  let root = expression
  while (root.kind === 'field' && root.key.kind === 'literal' && root.key.value !== null) {
    keys.unshift(String(root.key.value))
    root = root.of
  }
  if (root.kind === 'name') return namedPath(root.name, keys, scope)
  if (root.kind !== 'call') return undefined
  const { of, given } = root
  if (of.kind === 'name' && of.name === '$') return nodePath(given[0], keys, scope)
  if (of.kind !== 'field' || of.key.kind !== 'literal') return undefined
  const all = of.key.value === 'all'
  if (!all && !['first', 'last', 'itemMatching'].includes(String(of.key.value))) return undefined
  // All of its data is one value here.
  const rest = all ? (keys.length === 0 ? ['item', 'json'] : /^\d+$/.test(keys[0]!) ? ['item', ...keys.slice(1)] : undefined) : ['item', ...keys]
  if (!rest) return undefined
  if (of.of.kind === 'name' && of.of.name === '$input') return namedPath('$input', rest, scope)
  return of.of.kind === 'call' && of.of.of.kind === 'name' && of.of.of.name === '$' ? nodePath(of.of.given[0], rest, scope) : undefined
}

function namedPath(name: string, keys: readonly string[], { here, read, locals }: JsScope): string | undefined {
  const local = locals.get(name)
  if (local !== undefined) return pathOf(local, keys)
  const [first, second, ...rest] = keys
  switch (name) {
    case '$json':
      return here === undefined ? undefined : read(here, keys)
    case '$input':
      return here !== undefined && first === 'item' && second === 'json' ? read(here, rest) : undefined
    case '$node':
      return first !== undefined && second === 'json' ? read(first, rest) : undefined
    case '$execution':
      return keys.length === 1 && first === 'id' ? 'run.id' : undefined
    case '$workflow':
      return keys.length === 1 && first === 'name' ? 'run.workflow' : undefined
    default:
      return undefined
  }
}

function nodePath(name: Js | undefined, [first, second, ...rest]: readonly string[], { read }: JsScope): string | undefined {
  return name?.kind === 'literal' && typeof name.value === 'string' && first === 'item' && second === 'json' ? read(name.value, rest) : undefined
}

/** The method that is called, and on what. */
export function methodOf(expression: Js): { name: string; of: Js; given: readonly Js[] } | undefined {
  return expression.kind === 'call' && expression.of.kind === 'field' && expression.of.key.kind === 'literal' ? { name: String(expression.of.key.value), of: expression.of.of, given: expression.given } : undefined
}

/** Whether `+` puts texts together here: some part of it is one. */
export function isText(expression: Js): boolean {
  return expression.kind === 'text' || (expression.kind === 'literal' && typeof expression.value === 'string') || (expression.kind === 'binary' && expression.operator === '+' && (isText(expression.left) || isText(expression.right)))
}

/** The parts of texts put together. */
export function textParts(expression: Js): readonly Js[] {
  if (expression.kind === 'text') return expression.parts
  return expression.kind === 'binary' && expression.operator === '+' && isText(expression) ? [...textParts(expression.left), ...textParts(expression.right)] : [expression]
}
