import type { Js } from './js-expression'
import { isText, jsPath, methodOf, textParts, type JsScope } from './js-path'
import { timeFilters } from './js-time'
import { allOf, negated, said, truth, type Condition } from './liquid-condition'

/** As text, or as a value within JSON. */
type Mode = 'text' | 'json'
const ROOTS = ['input', 'steps', 'memory', 'run', 'forloop']

/** An expression as a piece of a Liquid template; undefined where Liquid has no words for it. */
export function jsLiquid(expression: Js, scope: JsScope, mode: Mode): string | undefined {
  let made = 0
  const name = () => `made${++made}`

  /** Values that need filters where Liquid takes none stand in variables before it. */
  function hoisting(outer: JsScope, write: (scope: JsScope) => string | undefined): string | undefined {
    const before: string[] = []
    const inner = write({
      ...outer,
      hoist: (value) => {
        const word = name()
        before.push(`{% assign ${word} = ${value} %}`)
        return word
      },
    })
    return inner === undefined ? undefined : before.join('') + inner
  }

  function say(one: Js, inside: JsScope, as: Mode): string | undefined {
    switch (one.kind) {
      case 'literal':
        return as === 'json' ? guarded(JSON.stringify(one.value)) : guarded(one.value === null ? '' : String(one.value))
      case 'object':
        return all(one.fields.map(([key, value]) => prefixed(`${JSON.stringify(key)}: `, say(value, inside, 'json'))), ', ', '{', '}')
      case 'list':
        return all(one.parts.map((part) => say(part, inside, 'json')), ', ', '[', ']')
      case 'choice':
        return branches([[condition(one.when, inside), say(one.then, inside, as)]], say(one.otherwise, inside, as))
      case 'either':
        return firstThatCounts(one, inside, as)
      case 'all':
      case 'not':
        return branches([[condition(one, inside), 'true']], 'false')
      case 'binary':
        if (/^([=!]=|[<>]=?)$/.test(one.operator)) return branches([[condition(one, inside), 'true']], 'false')
        break
      case 'call':
        return sayCall(one, inside, as)
      default:
    }
    if (isText(one)) return inJson(all(textParts(one).map((part) => say(part, inside, 'text')), ''), as)
    return plain(one, inside, as)
  }

  function plain(one: Js, inside: JsScope, as: Mode): string | undefined {
    const value = liquidChain(one, inside)
    return value && `{{ ${[...value, ...(as === 'json' ? ['json'] : [])].join(' | ')} }}`
  }

  function sayCall(one: Js & { kind: 'call' }, inside: JsScope, as: Mode): string | undefined {
    const method = methodOf(one)
    if (method?.name === 'includes') return branches([[condition(one, inside), 'true']], 'false')
    if (method?.name === 'stringify' && method.of.kind === 'name' && method.of.name === 'JSON' && method.given[0]) {
      const pretty = method.given[2]
      const chain = pretty ? liquidChain(method.given[0], inside) : undefined
      return inJson(chain && pretty?.kind === 'literal' ? `{{ ${[...chain, `json: ${String(pretty.value)}`].join(' | ')} }}` : say(method.given[0], inside, 'json'), as)
    }
    const mapped = method?.name === 'join' ? methodOf(method.of) : method
    const [arrow] = mapped?.given ?? []
    if (mapped?.name === 'map' && arrow?.kind === 'arrow' && (method!.name === 'join' || as === 'json')) {
      const separator = method!.name === 'join' ? (method!.given[0] ?? { kind: 'literal', value: ',' }) : ({ kind: 'literal', value: ', ' } as const)
      const body = method!.name === 'join' ? 'text' : 'json'
      const whole = separator.kind === 'literal' ? loop(mapped.of, arrow, String(separator.value), inside, body) : undefined
      return method!.name === 'join' ? inJson(whole, as) : whole && `[${whole}]`
    }
    return plain(one, inside, as)
  }

  function loop(of: Js, { names, body }: Js & { kind: 'arrow' }, separator: string, inside: JsScope, as: Mode): string | undefined {
    const [item = 'item', index] = names
    const word = ROOTS.includes(item) ? `${item}_one` : item
    const list = liquidOperand(of, inside)
    const locals = new Map([...inside.locals, [item, word] as const, ...(index === undefined ? [] : [[index, 'forloop.index0'] as const])])
    const each = hoisting({ ...inside, locals }, (own) => say(body, own, as))
    return list === undefined || each === undefined ? undefined : `{% for ${word} in ${list} %}${each}{% unless forloop.last %}${guarded(separator)}{% endunless %}{% endfor %}`
  }

  /** `a || b`: where a filter cannot say it, conditions do, which forgive what is not there. */
  function firstThatCounts({ operator, parts }: Js & { kind: 'either' }, inside: JsScope, as: Mode): string | undefined {
    const [first, otherwise] = parts
    const chain = liquidChain(first!, inside)
    if (parts.length === 2 && chain && otherwise?.kind === 'literal' && otherwise.value !== null) return `{{ ${[...chain, `default: ${JSON.stringify(otherwise.value)}`, ...(as === 'json' ? ['json'] : [])].join(' | ')} }}`
    const counts = (part: Js) => (operator === '??' ? prefixed('', liquidOperand(part, inside)?.concat(' != nil')) : said(truth(liquidOperand(part, inside), true)))
    const last = parts.at(-1)!
    const path = jsPath(last, inside)
    return branches(parts.slice(0, -1).map((part) => [counts(part), say(part, inside, as)]), path === undefined ? say(last, inside, as) : `{{ ${path} | default: ""${as === 'json' ? ' | json' : ''} }}`)
  }

  function inJson(text: string | undefined, as: Mode): string | undefined {
    if (text === undefined || as === 'text') return text
    const word = name()
    return `{% capture ${word} %}${text}{% endcapture %}{{ ${word} | json }}`
  }

  return hoisting(scope, (inside) => say(expression, inside, mode))
}

function branches(cases: readonly (readonly [when: string | undefined, then: string | undefined])[], otherwise: string | undefined): string | undefined {
  if (otherwise === undefined || cases.some((one) => one.includes(undefined))) return undefined
  return `${cases.map(([when, then], index) => `{% ${index === 0 ? 'if' : 'elsif'} ${when!} %}${then!}`).join('')}${otherwise === '' ? '' : `{% else %}${otherwise}`}{% endif %}`
}

function all(parts: readonly (string | undefined)[], between: string, open = '', close = ''): string | undefined {
  return parts.some((one) => one === undefined) ? undefined : `${open}${parts.join(between)}${close}`
}

function prefixed(before: string, said: string | undefined): string | undefined {
  return said === undefined ? undefined : before + said
}

/** Text that looks like a template and is none. */
function guarded(text: string): string {
  return /\{[{%]/.test(text) ? `{% raw %}${text}{% endraw %}` : text
}

/** As a condition; undefined where Liquid cannot say it. */
function condition(expression: Js, scope: JsScope): string | undefined {
  return said(conditionOf(expression, scope, true)) ?? said(conditionOf(expression, scope, false))
}

function conditionOf(one: Js, scope: JsScope, exact: boolean): Condition | undefined {
  switch (one.kind) {
    case 'all':
      return allOf('and', one.parts.map((part) => conditionOf(part, scope, exact)))
    case 'either':
      return allOf('or', one.parts.map((part) => conditionOf(part, scope, exact)))
    case 'not':
      return negated(conditionOf(one.of, scope, exact))
    case 'binary': {
      if (!/^([=!]=|[<>]=?)$/.test(one.operator)) break
      const [a, b] = [liquidOperand(one.left, scope), liquidOperand(one.right, scope)]
      return a === undefined || b === undefined ? undefined : `${a} ${one.operator} ${b}`
    }
    case 'call': {
      const method = methodOf(one)
      if (method?.name !== 'includes' || !method.given[0]) break
      if (method.of.kind === 'list') return conditionOf({ kind: 'either', operator: '||', parts: method.of.parts.map((right) => ({ kind: 'binary', operator: '==', left: method.given[0]!, right })) }, scope, exact)
      const [a, b] = [liquidOperand(method.of, scope), liquidOperand(method.given[0], scope)]
      return a === undefined || b === undefined ? undefined : `${a} contains ${b}`
    }
    default:
  }
  return truth(liquidOperand(one, scope), exact)
}

function liquidOperand(expression: Js, scope: JsScope): string | undefined {
  const chain = liquidChain(expression, scope)
  if (!chain || chain.length === 1) return chain?.[0]
  return chain.length === 2 && chain[1] === 'size' && /[\w\]]$/.test(chain[0]!) ? `${chain[0]!}.size` : scope.hoist?.(chain.join(' | '))
}

const METHODS: Record<string, string> = { trim: 'strip', toUpperCase: 'upcase', toLowerCase: 'downcase', toJsonString: 'json', reverse: 'reverse', first: 'first', last: 'last', urlEncode: 'url_encode', toString: '', toNumber: 'plus: 0', removeTags: 'strip_html', extractUrl: '' }
const WITH_ARGUMENTS: Record<string, string> = { join: 'join', split: 'split', replaceAll: 'replace', replace: 'replace_first', concat: 'concat' }
const FUNCTIONS: Record<string, string> = { Number: 'plus: 0', parseFloat: 'plus: 0', parseInt: 'floor', String: 'append: ""', encodeURIComponent: 'url_encode', round: 'round', floor: 'floor', ceil: 'ceil', abs: 'abs' }
const ARITHMETIC: Record<string, string> = { '+': 'plus', '-': 'minus', '*': 'times', '/': 'divided_by', '%': 'modulo' }

/** A value and its filters. */
export function liquidChain(one: Js, scope: JsScope): string[] | undefined {
  const time = timeFilters(one)
  if (time) return ['"now"', ...time]
  switch (one.kind) {
    case 'literal':
      return [one.value === null ? 'nil' : JSON.stringify(one.value)]
    case 'name':
      return path(one, scope)
    case 'field': {
      if (one.key.kind === 'literal') return one.key.value === 'length' ? filtered(one.of, 'size', scope) : path(one, scope)
      const [of, key] = [liquidOperand(one.of, scope), liquidOperand(one.key, scope)]
      return of === undefined || key === undefined ? undefined : [`${of}[${key}]`]
    }
    case 'binary': {
      const right = liquidOperand(one.right, scope)
      return right === undefined || !Object.hasOwn(ARITHMETIC, one.operator) ? undefined : filtered(one.left, `${isText(one) ? 'append' : ARITHMETIC[one.operator]!}: ${right}`, scope)
    }
    case 'call':
      return path(one, scope) ?? called(one, scope)
    default:
      return undefined
  }
}

function path(one: Js, scope: JsScope): string[] | undefined {
  const found = jsPath(one, scope)
  return found === undefined ? undefined : [found]
}

function filtered(of: Js, filter: string, scope: JsScope): string[] | undefined {
  const chain = liquidChain(of, scope)
  return chain && (filter === '' ? chain : [...chain, filter])
}

function called(one: Js & { kind: 'call' }, scope: JsScope): string[] | undefined {
  const { of, given } = one
  if (of.kind === 'name') return Object.hasOwn(FUNCTIONS, of.name) && given[0] ? filtered(given[0], FUNCTIONS[of.name]!, scope) : undefined
  const method = methodOf(one)
  if (!method) return undefined
  if (method.of.kind === 'name' && method.of.name === 'Math') return Object.hasOwn(FUNCTIONS, method.name) && given.length === 1 ? filtered(given[0]!, FUNCTIONS[method.name]!, scope) : undefined
  if (Object.hasOwn(METHODS, method.name)) return filtered(method.of, METHODS[method.name]!, scope)
  if (method.name === 'slice' || method.name === 'substring') return sliced(method.of, given, scope)
  if (method.name === 'toFixed') return filtered(method.of, `round: ${given[0]?.kind === 'literal' ? String(given[0].value) : 0}`, scope)
  const [arrow] = given
  if (method.name === 'map' && arrow?.kind === 'arrow' && arrow.body.kind === 'field' && arrow.body.of.kind === 'name' && arrow.body.of.name === arrow.names[0] && arrow.body.key.kind === 'literal') return filtered(method.of, `map: ${JSON.stringify(String(arrow.body.key.value))}`, scope)
  const said = given.map((part) => liquidOperand(part, scope))
  return Object.hasOwn(WITH_ARGUMENTS, method.name) && !said.includes(undefined) && said.length > 0 ? filtered(method.of, `${WITH_ARGUMENTS[method.name]!}: ${said.join(', ')}`, scope) : undefined
}

function sliced(of: Js, given: readonly Js[], scope: JsScope): string[] | undefined {
  const [from = 0, to] = given.map((one) => (one.kind === 'literal' && typeof one.value === 'number' ? one.value : NaN))
  if (Number.isNaN(from) || Number.isNaN(to) || from < 0 || (to !== undefined && to < from)) return undefined
  return filtered(of, `slice: ${from}, ${to === undefined ? 1_000_000 : to - from}`, scope)
}
