import type { TextFault, TextFaultCode } from '@/domain/graph/text-fault'
import { isTemplate } from '@/domain/graph/references'
import type { WrittenText } from '@/server/ports/templates'
import type { JobFailure } from './template-worker'

type Named = { code: TextFaultCode; params?: Record<string, string>; /** Where the engine's own place is too coarse. */ at?: number }

/** What people write who know other languages. */
const INSTEAD: Record<string, string> = { '=': '==', and: '&&', or: '||', not: '!', '&': '&&', '|': '||', '<>': '!=', '===': '==' }
const SIGNS: Record<string, string> = { RPAREN: ')', RBRACKET: ']', RBRACE: '}', COLON: ':', COMMA: ',', LPAREN: '(', LBRACKET: '[', LBRACE: '{' }
const TAGS_OFF = ['include', 'render', 'layout', 'block']

/** The engines say what is wrong in their own English; here it gets a name, so that every reader is told in their language. */
export function nameFault({ language, text }: WrittenText, failure: JobFailure): TextFault {
  const start = failure.line === undefined ? 0 : offsetOf(text, failure.line, failure.column ?? 1)
  const { code, params = {}, at = start } = language === 'cel' ? nameInExpression(text, failure, start) : nameInTemplate(text, failure, start)
  const before = text.slice(0, at).split('\n')
  return { code, params: code === 'OTHER' ? { text: failure.message } : params, message: failure.message, line: before.length, column: before.at(-1)!.length + 1 }
}

function nameInExpression(text: string, { code = '', message, length = 0 }: JobFailure, start: number): Named {
  const found = text.slice(start, start + length)
  const word = /^[\w$]+|^[^\w\s]{1,3}/.exec(text.slice(start))?.[0] ?? found
  if (isTemplate(text) && /token|character/.test(code)) return { code: 'TEMPLATE_HERE', at: text.search(/\{[{%]/) }
  switch (code) {
    case 'unexpected_token':
    case 'expected_token':
    case 'unexpected_character': {
      if (INSTEAD[word] !== undefined) return { code: 'WRITE_INSTEAD', params: { found: word, instead: INSTEAD[word] } }
      if (message.startsWith('Expected IDENTIFIER') && /^[a-z]+$/.test(word)) return { code: 'RESERVED', params: { name: word } }
      const expected = SIGNS[/^Expected (\w+)/.exec(message)?.[1] ?? '']
      if (expected !== undefined) return { code: 'EXPECTED', params: { expected } }
      return start >= text.trimEnd().length ? { code: 'ENDS_EARLY' } : { code: 'UNEXPECTED', params: { found: word } }
    }
    case 'unterminated_string':
    case 'unterminated_triple_quoted_string':
    case 'newline_in_string':
      return { code: 'OPEN_STRING' }
    case 'unknown_variable':
    case 'reserved_identifier':
      return { code: code === 'unknown_variable' ? 'UNKNOWN_NAME' : 'RESERVED', params: { name: found === '' ? word : found } }
    case 'no_matching_overload':
      return { code: 'NO_FUNCTION', params: { call: /'(.+)'/.exec(message)?.[1] ?? found } }
    case 'no_such_overload':
    case 'incompatible_ternary_branches':
      return { code: 'TYPES_DIFFER', params: { found } }
    case 'invalid_macro_argument':
      return { code: 'BAD_ARGUMENT', params: { found } }
    case 'no_such_key':
      return { code: 'NO_VALUE', params: { name: /^No such key: (.+)$/.exec(message)?.[1] ?? found } }
    case 'limit_exceeded':
      return { code: 'TOO_MUCH' }
    default:
      if (code.startsWith('invalid_') && /number|integer|exponent/.test(code)) return { code: 'BAD_NUMBER', params: { found } }
      return /escape|unicode/.test(code) ? { code: 'BAD_ESCAPE', params: { found } } : { code: 'OTHER' }
  }
}

function nameInTemplate(text: string, { message }: JobFailure, start: number): Named {
  const one = (pattern: RegExp): string | undefined => pattern.exec(message)?.[1]
  const tag = one(/^tag "(.*)" not found/)
  if (tag !== undefined) return { code: TAGS_OFF.includes(tag) ? 'TAG_OFF' : /^(end|els|when)/.test(tag) ? 'STRAY_TAG' : 'UNKNOWN_TAG', params: { tag } }
  const filter = one(/^undefined filter: (\S+)/)
  if (filter !== undefined) return { code: 'UNKNOWN_FILTER', params: { filter }, at: placeOfFilter(text, filter, start) }
  const open = one(/^tag (\{%[\s\S]*) not closed/)
  if (open !== undefined) return { code: 'OPEN_TAG', params: { tag: open, end: `{% end${/\w+/.exec(open)?.[0] ?? ''} %}` } }
  const bad = one(/^illegal tag(?: syntax)?:? ?(.*)/)
  if (bad !== undefined) return { code: 'BAD_TAG', params: { tag: bad.startsWith('{%') ? bad : '{% %}' } }
  if (/^(output|tag) ".*" not closed/.test(message)) return { code: 'OPEN_OUTPUT', params: { end: message.startsWith('output') ? '}}' : '%}' } }
  if (/expected filter name/.test(message)) return { code: 'MISSING_FILTER' }
  if (/value expected|variable name|^invalid value expression: "(\||")/.test(message)) return { code: 'MISSING_VALUE' }
  const expected = one(/^expected "([:=])"/) ?? (message.startsWith('[ not closed') ? ']' : undefined)
  if (expected !== undefined) return { code: 'EXPECTED', params: { expected } }
  const found = one(/^invalid value expression: "(.+)"/)
  if (found !== undefined) return { code: 'UNEXPECTED', params: { found } }
  // The engine has read the sign that it did not expect.
  if (/^expected "\|"|^unexpected/.test(message)) return { code: 'UNEXPECTED', params: { found: /^\S+/.exec(text.slice(start - 1))?.[0] ?? '' }, at: start - 1 }
  const missing = one(/^undefined variable: (.*)/)
  if (missing !== undefined) return { code: /^(input|steps|memory|run)\b/.test(missing) ? 'NO_VALUE' : 'UNKNOWN_NAME', params: { name: missing } }
  return { code: /limit exceeded/.test(message) ? 'TOO_MUCH' : 'OTHER' }
}

/** The engine points at the whole `{{ … }}`. */
function placeOfFilter(text: string, filter: string, start: number): number {
  for (const match of text.slice(start).matchAll(/\|\s*(\w+)/g)) if (match[1] === filter) return start + match.index + match[0].length - filter.length
  return start
}

/** A filter that nobody named yet: the engine passes over it, so that a half-written one would be lost without a word. */
export function danglingPipe(template: string): number | undefined {
  const live = template.replace(/\{%-?\s*(raw|comment)\s*-?%\}[\s\S]*?\{%-?\s*end\1\s*-?%\}/g, (block) => ' '.repeat(block.length))
  for (const { index, 0: output } of live.matchAll(/\{\{(?:"[^"]*"|'[^']*'|(?!\}\})[^"'])*\}\}/g)) {
    const bare = output.replace(/"[^"]*"|'[^']*'/g, (text) => 'x'.repeat(text.length))
    const empty = /\|\s*(?:\||-?\}\}$)/.exec(bare)
    if (empty) return index + empty.index
  }
  return undefined
}

function offsetOf(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1)
  return Math.min(text.length, before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1)
}
