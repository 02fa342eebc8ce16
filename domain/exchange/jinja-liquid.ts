import type { Given, Jinja } from './jinja-expression'
import { pathOf } from './import-text'

/** What names mean here, and a place for values that Liquid cannot work out where they stand. */
export type JinjaScope = {
  /** undefined: nobody knows the name. */
  path(name: string): string | undefined
  /** Puts a value with its filters into a variable before the tag; undefined: there is no place before it. */
  hoist?(value: string): string | undefined
}
type Value = { base: string; filters: string[] }

/** A value with its filters, as Liquid; undefined where Liquid has no word for it. */
export function liquidValue(expression: Jinja, scope: JinjaScope): string | undefined {
  const value = valueOf(expression, scope)
  return value && [value.base, ...value.filters].join(' | ')
}

/** A value where Liquid takes no filters: in conditions, behind filters and in loops. */
export function liquidOperand(expression: Jinja, scope: JinjaScope): string | undefined {
  const value = valueOf(expression, scope)
  if (!value || value.filters.length === 0) return value?.base
  if (value.filters.length === 1 && value.filters[0] === 'size' && /[\w\]]$/.test(value.base)) return `${value.base}.size`
  return scope.hoist?.([value.base, ...value.filters].join(' | '))
}

function valueOf(expression: Jinja, scope: JinjaScope): Value | undefined {
  switch (expression.kind) {
    case 'literal':
      return { base: expression.value === null ? 'nil' : typeof expression.value === 'string' ? JSON.stringify(expression.value) : String(expression.value), filters: [] }
    case 'name': {
      const path = scope.path(expression.name)
      return path === undefined ? undefined : { base: path, filters: [] }
    }
    case 'field':
      return fieldOf(expression.of, expression.key, scope)
    case 'slice':
      return sliceOf(expression, scope)
    case 'filter':
      return filtered(expression.of, Object.hasOwn(FILTERS, expression.name) ? FILTERS[expression.name]!(expression.given, (one) => liquidOperand(one, scope)) : undefined, scope)
    case 'call':
      return callOf(expression.of, expression.given, scope)
    case 'arithmetic':
      return arithmeticOf(expression, scope)
    default:
      return undefined
  }
}

/** What a loop says of itself. */
const LOOP: Record<string, string> = { index: 'index', index0: 'index0', revindex: 'rindex', revindex0: 'rindex0', first: 'first', last: 'last', length: 'length' }

function fieldOf(of: Jinja, key: Jinja, scope: JinjaScope): Value | undefined {
  const base = liquidOperand(of, scope)
  if (base === undefined) return undefined
  if (base === 'forloop') return key.kind === 'literal' && Object.hasOwn(LOOP, String(key.value)) ? { base: `forloop.${LOOP[String(key.value)]!}`, filters: [] } : undefined
  if (key.kind === 'literal' && key.value !== null && key.value !== '') return { base: pathOf(base, [String(key.value)]), filters: [] }
  const inner = key.kind === 'literal' ? undefined : liquidOperand(key, scope)
  return inner === undefined ? undefined : { base: `${base}[${inner}]`, filters: [] }
}

function sliceOf({ of, from, to }: Extract<Jinja, { kind: 'slice' }>, scope: JinjaScope): Value | undefined {
  const [begin, end] = [from ?? { kind: 'literal', value: 0 }, to].map((one) => (one?.kind === 'literal' && typeof one.value === 'number' ? one.value : undefined))
  if (begin === undefined || begin < 0 || (to !== undefined && (end === undefined || end < begin))) return undefined
  return filtered(of, [`slice: ${begin}, ${end === undefined ? 1_000_000 : end - begin}`], scope)
}

function filtered(of: Jinja, filters: readonly string[] | undefined, scope: JinjaScope): Value | undefined {
  const value = filters && valueOf(of, scope)
  return value && { base: value.base, filters: [...value.filters, ...filters] }
}

type Say = (one: Jinja) => string | undefined
type Filter = (given: Given, say: Say) => string[] | undefined
const plain = (...filters: string[]): Filter => () => filters
/** A filter that takes what is given to it by place. @param otherwise what it takes where less is given */
const taking = (name: string, ...otherwise: (string | undefined)[]): Filter => ({ values, named }, say) => {
  const said = Array.from({ length: Math.max(values.length, otherwise.length) }, (_, index) => (values[index] ? say(values[index]) : otherwise[index]))
  return said.some((one) => one === undefined) || Object.keys(named).length > 0 ? undefined : [said.length === 0 ? name : `${name}: ${said.join(', ')}`]
}
const byField = (name: string): Filter => ({ values, named }, say) => {
  const field = values[0] ?? named.attribute
  const said = field && say(field)
  return field === undefined ? [name] : said === undefined ? undefined : [`${name}: ${said}`]
}
const where = (name: string): Filter => ({ values: [field, test, value] }, say) => {
  const [said, wanted] = [field && say(field), value && say(value)]
  if (said === undefined) return undefined
  if (test === undefined) return [`${name}: ${said}`]
  return wanted !== undefined && test.kind === 'literal' && ['equalto', 'eq', '=='].includes(String(test.value)) ? [`${name}: ${said}, ${wanted}`] : undefined
}

const FILTERS: Record<string, Filter> = {
  upper: plain('upcase'), lower: plain('downcase'), trim: plain('strip'), capitalize: plain('capitalize'), length: plain('size'), count: plain('size'), e: plain('escape'), escape: plain('escape'), safe: plain(), list: plain(), string: plain('append: ""'), int: plain('floor'), float: plain('plus: 0'), abs: plain('abs'), first: plain('first'), last: plain('last'), reverse: plain('reverse'),
  striptags: plain('strip_html'), urlencode: plain('url_encode'), wordcount: plain('number_of_words'), pprint: plain('json: 2'), unique: plain('uniq'), max: plain('sort', 'last'), min: plain('sort', 'first'), round: taking('round'), truncate: taking('truncate', '255'), replace: taking('replace', undefined, undefined), sum: byField('sum'), selectattr: where('where'), rejectattr: where('reject'),
  default: ({ values: [value] }, say) => taking('default', '""')({ values: value ? [value] : [], named: {} }, say),
  d: (given, say) => FILTERS.default!(given, say),
  tojson: ({ named: { indent } }, say) => [indent === undefined ? 'json' : `json: ${say(indent) ?? 2}`],
  map: ({ named: { attribute } }, say) => taking('map', undefined)({ values: attribute ? [attribute] : [], named: {} }, say),
  join: ({ values: [separator], named: { d, attribute } }, say) => {
    const [field, between] = [attribute && say(attribute), separator ?? d ? say((separator ?? d)!) : '""']
    return between === undefined || (attribute && field === undefined) ? undefined : [...(field === undefined ? [] : [`map: ${field}`]), `join: ${between}`]
  },
  sort: ({ named: { attribute, reverse } }, say) => {
    const sorted = byField('sort')({ values: attribute ? [attribute] : [], named: {} }, say)
    return sorted && [...sorted, ...(reverse?.kind === 'literal' && reverse.value === true ? ['reverse'] : [])]
  },
}

const METHODS: Record<string, Filter> = { strip: plain('strip'), lstrip: plain('lstrip'), rstrip: plain('rstrip'), upper: plain('upcase'), lower: plain('downcase'), capitalize: plain('capitalize'), replace: taking('replace', undefined, undefined), split: taking('split', '" "') }

function callOf(of: Jinja, given: Given, scope: JinjaScope): Value | undefined {
  const say: Say = (one) => liquidOperand(one, scope)
  if (of.kind !== 'field' || of.key.kind !== 'literal') return undefined
  const name = String(of.key.value)
  const [first, second] = given.values
  if (name === 'get' && first) {
    const field = fieldOf(of.of, first, scope)
    const otherwise = second ? say(second) : '""'
    return field && otherwise !== undefined ? { base: field.base, filters: [...field.filters, `default: ${otherwise}`] } : undefined
  }
  // The separator is what it is asked of: ", ".join(list).
  if (name === 'join' && first) return filtered(first, taking('join', undefined)({ values: [of.of], named: {} }, say), scope)
  return filtered(of.of, Object.hasOwn(METHODS, name) ? METHODS[name]!(given, say) : undefined, scope)
}

const ARITHMETIC: Record<string, string> = { '+': 'plus', '-': 'minus', '*': 'times', '/': 'divided_by', '//': 'divided_by', '%': 'modulo' }

function arithmeticOf({ left, operator, right }: Extract<Jinja, { kind: 'arithmetic' }>, scope: JinjaScope): Value | undefined {
  const isText = (one: Jinja): boolean => (one.kind === 'literal' && typeof one.value === 'string') || (one.kind === 'arithmetic' && one.operator === '+' && (isText(one.left) || isText(one.right)))
  const said = liquidOperand(right, scope)
  const filter = operator === '+' && (isText(left) || isText(right)) ? 'append' : ARITHMETIC[operator]!
  return said === undefined ? undefined : filtered(left, [`${filter}: ${said}`, ...(operator === '//' ? ['floor'] : [])], scope)
}
