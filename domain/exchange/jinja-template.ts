import { liquidCondition } from './jinja-condition'
import { parseJinja, type Jinja } from './jinja-expression'
import { liquidOperand, liquidValue, type JinjaScope } from './jinja-liquid'

/** What came of a template: Liquid, and the values in it that nobody understood, which stand there as text. */
export type FromJinja = { liquid: string; left: string[] }

const ROOTS = ['input', 'steps', 'memory', 'run', 'forloop']
/** A template in an export is a page or two; more is not looked through. */
const LONGEST = 200_000
/** Values, tags and remarks. What is opened twice is not one that ends late, so no text is gone through again and again. */
const PIECES = /\{\{([-+]?)((?:(?!\{\{)[\s\S])*?)([-+]?)\}\}|\{%([-+]?)((?:(?!\{%)[\s\S])*?)([-+]?)%\}|\{#(?:(?!\{#)[\s\S])*?#\}/g

/**
 * A template of Jinja as Liquid; undefined where a tag says what Liquid cannot: macros, other templates, a loop with a
 * condition of its own.
 * @param names what its variables are called here
 */
export function liquidOfJinja(source: string, names: ReadonlyMap<string, string>): FromJinja | undefined {
  if (source.length > LONGEST) return undefined
  const left: string[] = []
  const locals = [new Map<string, string>()]
  let made = 0
  let raw = false
  let understood = true
  const pathTo = (name: string): string | undefined => locals.findLast((one) => one.has(name))?.get(name) ?? names.get(name)

  const translate = (open: string, close: string, write: (scope: JinjaScope) => string | undefined): string | undefined => {
    const before: string[] = []
    const said = write({ path: pathTo, hoist: (value) => (before.push(`{% assign made${++made} = ${value} %}`), `made${made}`) })
    return said === undefined ? undefined : trimmed(before.join('') + said, open, close)
  }
  const tag = (code: string, open: string, close: string): string | undefined => {
    const [, word = '', rest = ''] = /^\s*(\w+)\s*([\s\S]*?)\s*$/.exec(code) ?? []
    switch (word) {
      case 'if':
        return translate(open, close, (scope) => around('if', conditionIn(rest, scope)))
      case 'elif':
        // What stands before it would be in the branch before.
        return trimmedOr(around('elsif', conditionIn(rest, { path: pathTo })), open, close)
      case 'for':
        return translate(open, close, (scope) => forTag(rest, scope, locals))
      case 'set':
        return translate(open, close, (scope) => setTag(rest, scope, locals))
      case 'endfor':
        return locals.length > 1 && locals.pop() ? trimmed('{% endfor %}', open, close) : undefined
      case 'else':
      case 'endif':
        return rest === '' ? trimmed(`{% ${word} %}`, open, close) : undefined
      case 'break':
      case 'continue':
        return trimmed(`{% ${word} %}`, open, close)
      default:
        return undefined
    }
  }

  const liquid = source.replaceAll(PIECES, (whole, openValue: string, value: string | undefined, closeValue: string, openTag: string, code: string | undefined, closeTag: string) => {
    if (code !== undefined && /^\s*(end)?raw\s*$/.test(code)) {
      raw = code.trim() === 'raw'
      return `{% ${code.trim()} %}`
    }
    if (raw) return whole
    if (value !== undefined) {
      const expression = parseJinja(value)
      const said = expression && translate(openValue, closeValue, (scope) => sayValue(expression, scope))
      if (said !== undefined) return said
      left.push(whole)
      return `{% raw %}${whole}{% endraw %}`
    }
    const said = code === undefined ? '' : tag(code, openTag, closeTag)
    understood &&= said !== undefined
    return said ?? ''
  })
  return understood && !raw && locals.length === 1 ? { liquid, left } : undefined
}

function conditionIn(code: string, scope: JinjaScope): string | undefined {
  const expression = parseJinja(code)
  return expression && liquidCondition(expression, scope)
}

function around(word: string, code: string | undefined): string | undefined {
  return code === undefined ? undefined : `{% ${word} ${code} %}`
}

/** What `{{ }}` says: a choice within it is a condition around it here, text put together is text beside text. */
function sayValue(expression: Jinja, scope: JinjaScope): string | undefined {
  switch (expression.kind) {
    case 'text': {
      const parts = expression.parts.map((part) => (part.kind === 'literal' && typeof part.value === 'string' && !part.value.includes('{') ? part.value : sayValue(part, scope)))
      return parts.some((part) => part === undefined) ? undefined : parts.join('')
    }
    case 'choice': {
      const [when, then, otherwise] = [liquidCondition(expression.when, scope), sayValue(expression.then, scope), expression.otherwise ? sayValue(expression.otherwise, scope) : '']
      return when === undefined || then === undefined || otherwise === undefined ? undefined : `{% if ${when} %}${then}${otherwise === '' ? '' : `{% else %}${otherwise}`}{% endif %}`
    }
    default: {
      const value = liquidValue(expression, scope)
      return value === undefined ? undefined : `{{ ${value} }}`
    }
  }
}

/** Names of a loop hide those outside; one that is called like a root of ours gets another name. */
function forTag(code: string, scope: JinjaScope, locals: Map<string, string>[]): string | undefined {
  const [, first = '', second, of = ''] = /^([A-Za-z_]\w*)(?:\s*,\s*([A-Za-z_]\w*))?\s+in\s+([\s\S]+)$/.exec(code) ?? []
  const expression = parseJinja(of)
  const list = expression && (second === undefined ? listOf(expression, scope) : pairsOf(expression, scope))
  const word = ROOTS.includes(first) ? `${first}_one` : first
  locals.push(new Map([['loop', 'forloop'], ...(second === undefined ? [[first, word]] : [[first, `${word}[0]`], [second, `${word}[1]`]]) as [string, string][]]))
  return list === undefined ? undefined : `{% for ${word} in ${list} %}`
}

function listOf(expression: Jinja, scope: JinjaScope): string | undefined {
  if (expression.kind === 'call' && expression.of.kind === 'name' && expression.of.name === 'range') {
    const [from, to, ...more] = expression.given.values
    const last = to ?? from
    if (!last || more.length > 0) return undefined
    const begin = to ? liquidOperand(from!, scope) : '0'
    const end = last.kind === 'literal' && typeof last.value === 'number' ? String(last.value - 1) : liquidOperand({ kind: 'arithmetic', left: last, operator: '-', right: { kind: 'literal', value: 1 } }, scope)
    return begin === undefined || end === undefined ? undefined : `(${begin}..${end})`
  }
  return liquidOperand(expression, scope)
}

/** Key and value of an object: Liquid goes through pairs. */
function pairsOf(expression: Jinja, scope: JinjaScope): string | undefined {
  if (expression.kind === 'filter' && ['items', 'dictsort'].includes(expression.name)) return liquidOperand(expression.of, scope)
  if (expression.kind === 'call' && expression.of.kind === 'field' && expression.of.key.kind === 'literal' && expression.of.key.value === 'items') return liquidOperand(expression.of.of, scope)
  return undefined
}

function setTag(code: string, scope: JinjaScope, locals: Map<string, string>[]): string | undefined {
  const [, name = '', of = ''] = /^([A-Za-z_]\w*)\s*=(?!=)\s*([\s\S]+)$/.exec(code) ?? []
  const expression = parseJinja(of)
  const word = ROOTS.includes(name) ? `${name}_one` : name
  const said = expression && assigned(word, expression, scope)
  locals.at(-1)!.set(name, word)
  return said
}

function assigned(word: string, expression: Jinja, scope: JinjaScope): string | undefined {
  if (expression.kind === 'choice') {
    const [when, then, otherwise] = [liquidCondition(expression.when, scope), assigned(word, expression.then, scope), assigned(word, expression.otherwise ?? { kind: 'literal', value: '' }, scope)]
    return when === undefined || then === undefined || otherwise === undefined ? undefined : `{% if ${when} %}${then}{% else %}${otherwise}{% endif %}`
  }
  const value = expression.kind === 'text' ? joined(expression.parts, scope) : liquidValue(expression, scope)
  return value === undefined ? undefined : `{% assign ${word} = ${value} %}`
}

function joined(parts: readonly Jinja[], scope: JinjaScope): string | undefined {
  const said = parts.map((part, index) => (index === 0 ? liquidValue(part, scope) : liquidOperand(part, scope)))
  return said.some((one) => one === undefined) ? undefined : said.map((one, index) => (index === 0 ? one! : `append: ${one!}`)).join(' | ')
}

/** Jinja takes space away where a tag has a minus, and so does Liquid. A plus takes none. */
function trimmed(said: string, open: string, close: string): string {
  const begun = open !== '-' ? said : /^\{[{%]/.test(said) ? said.replace(/^(\{[{%])/, '$1-') : `{{- "" }}${said}`
  return close !== '-' ? begun : /[%}]\}$/.test(begun) ? begun.replace(/([%}]\})$/, '-$1') : `${begun}{{ "" -}}`
}

function trimmedOr(said: string | undefined, open: string, close: string): string | undefined {
  return said === undefined ? undefined : trimmed(said, open, close)
}
