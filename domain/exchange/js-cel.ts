import { celLiteral, pathOf } from './import-text'
import type { Js } from './js-expression'
import { isText, jsPath, methodOf, textParts, type JsScope } from './js-path'

const COMPARES = /^([=!]=|[<>]=?)$/
const ROOTS = ['input', 'steps', 'memory', 'run']
const METHODS: Record<string, string> = { trim: 'trim', toUpperCase: 'upperAscii', toLowerCase: 'lowerAscii', includes: 'contains', startsWith: 'startsWith', endsWith: 'endsWith', split: 'split', join: 'join', substring: 'substring' }

/** An expression as CEL; undefined where CEL has no words for it. */
export function jsCel(one: Js, scope: JsScope): string | undefined {
  const say = (part: Js) => jsCel(part, scope)
  switch (one.kind) {
    case 'literal':
      return celLiteral(one.value)
    case 'name':
      return jsPath(one, scope)
    case 'field': {
      if (one.key.kind === 'literal' && one.key.value === 'length') return joined(['size(', say(one.of), ')'])
      return jsPath(one, scope) ?? (one.key.kind === 'literal' ? fieldOf(say(one.of), one.key.value) : joined([say(one.of), '[', say(one.key), ']']))
    }
    case 'object':
      return joined(['{', list(one.fields.map(([key, value]) => joined([`${celLiteral(key)}: `, say(value)]))), '}'])
    case 'list':
      return joined(['[', list(one.parts.map(say)), ']'])
    case 'choice':
      return joined(['(', truthOf(one.when, scope), ' ? ', say(one.then), ' : ', say(one.otherwise), ')'])
    case 'either':
      return one.parts.every(isTruth) ? truthOf(one, scope) : one.parts.map((part) => ({ cel: say(part), counts: one.operator === '??' ? thereOf(part, scope) : truthOf(part, scope) })).reduceRight<string | undefined>((otherwise, { cel, counts }, index) => (index === one.parts.length - 1 ? cel : joined(['(', counts, ' ? ', cel, ' : ', otherwise, ')'])), '')
    case 'all':
    case 'not':
      return truthOf(one, scope)
    case 'binary':
      if (isText(one)) return joined(['(', list(textParts(one).map((part) => textOf(part, scope)), ' + '), ')'])
      return joined(['(', say(one.left), ` ${one.operator} `, say(one.right), ')'])
    case 'text':
      return one.parts.length === 0 ? '""' : joined(['(', list(one.parts.map((part) => textOf(part, scope)), ' + '), ')'])
    case 'call':
      return jsPath(one, scope) ?? called(one, scope)
    case 'arrow':
      return undefined
  }
}

function textOf(part: Js, scope: JsScope): string | undefined {
  return part.kind === 'literal' ? celLiteral(String(part.value ?? '')) : joined(['string(', jsCel(part, scope), ')'])
}

function isTruth(one: Js): boolean {
  return one.kind === 'not' || (one.kind === 'binary' && COMPARES.test(one.operator)) || (one.kind === 'literal' && typeof one.value === 'boolean') || (one.kind === 'all' && one.parts.every(isTruth)) || ['includes', 'startsWith', 'endsWith'].includes(methodOf(one)?.name ?? '')
}

/** Whether a value counts as true there; CEL takes nothing but true and false. */
function truthOf(one: Js, scope: JsScope): string | undefined {
  if (one.kind === 'not') return joined(['!(', truthOf(one.of, scope), ')'])
  if (one.kind === 'all') return joined(['(', list(one.parts.map((part) => truthOf(part, scope)), ' && '), ')'])
  if (one.kind === 'either') return joined(['(', list(one.parts.map((part) => truthOf(part, scope)), ' || '), ')'])
  if (isTruth(one)) return jsCel(one, scope)
  const said = jsCel(one, scope)
  return said === undefined ? undefined : `(${[...guards(said), `!(${said} in ["", 0, false, null])`].join(' && ')})`
}

function thereOf(one: Js, scope: JsScope): string | undefined {
  const said = jsCel(one, scope)
  return said === undefined ? undefined : `(${[...guards(said), `${said} != null`].join(' && ')})`
}

/** Asks for each field on the way: one that is not there is an error here, and nothing there. */
function guards(path: string): string[] {
  const [, root = '', rest = ''] = /^(input|memory|steps\.\w+\.output)((?:\.[A-Za-z_]\w*)*)$/.exec(path) ?? []
  const keys = rest.split('.').slice(1)
  return root === '' ? [] : keys.map((_, index) => `has(${pathOf(root, keys.slice(0, index + 1))})`)
}

function called(one: Js & { kind: 'call' }, scope: JsScope): string | undefined {
  const say = (part: Js) => jsCel(part, scope)
  const { of, given } = one
  if (of.kind === 'name') return ['Number', 'parseFloat'].includes(of.name) ? joined(['double(', given[0] && say(given[0]), ')']) : of.name === 'parseInt' ? joined(['int(', given[0] && say(given[0]), ')']) : of.name === 'String' ? joined(['string(', given[0] && say(given[0]), ')']) : undefined
  const method = methodOf(one)
  if (!method) return undefined
  const [first] = given
  if (method.name === 'map' && first?.kind === 'arrow' && first.names.length === 1) return mapped(method.of, first, scope)
  if (method.name === 'toString') return joined(['string(', say(method.of), ')'])
  if (method.name === 'includes' && method.of.kind === 'list') return joined(['(', first && say(first), ' in ', say(method.of), ')'])
  if (!Object.hasOwn(METHODS, method.name)) return undefined
  return joined([say(method.of), `.${METHODS[method.name]!}(`, list(given.map(say)), ')'])
}

function mapped(of: Js, { names: [item = 'item'], body }: Js & { kind: 'arrow' }, scope: JsScope): string | undefined {
  const word = ROOTS.includes(item) ? `${item}_one` : item
  const inner = { ...scope, locals: new Map([...scope.locals, [item, word] as const]) }
  return joined([jsCel(of, scope), `.map(${word}, `, jsCel(body, inner), ')'])
}

function fieldOf(of: string | undefined, key: string | number | boolean | null): string | undefined {
  return of === undefined || key === null ? undefined : pathOf(of, [String(key)])
}

function joined(parts: readonly (string | undefined)[]): string | undefined {
  return parts.includes(undefined) ? undefined : parts.join('')
}

function list(parts: readonly (string | undefined)[], between = ', '): string | undefined {
  return parts.includes(undefined) ? undefined : parts.join(between)
}
