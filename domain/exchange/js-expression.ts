/** An expression of JavaScript, as far as fields of other builders hold such. */
export type Js =
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'name'; name: string }
  | { kind: 'field'; of: Js; key: Js }
  | { kind: 'call'; of: Js; given: Js[] }
  | { kind: 'arrow'; names: string[]; body: Js }
  | { kind: 'object'; fields: [key: string, value: Js][] }
  | { kind: 'list'; parts: Js[] }
  | { kind: 'not'; of: Js }
  /** `&&` */
  | { kind: 'all'; parts: Js[] }
  /** `||` and `??`: the first that counts. */
  | { kind: 'either'; operator: '||' | '??'; parts: Js[] }
  | { kind: 'binary'; operator: string; left: Js; right: Js }
  | { kind: 'text'; parts: Js[] }
  | { kind: 'choice'; when: Js; then: Js; otherwise: Js }

const TOKEN = /\s*(?:("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(`(?:[^`\\]|\\.)*`)|(\d+(?:\.\d+)?)|([A-Za-z_$][\w$]*)|(=>|===|!==|==|!=|<=|>=|&&|\|\||\?\?|\?\.|[-+*/%<>!?:.,()[\]{}]))/y
const WORDS = new Map<string, boolean | null>([['true', true], ['false', false], ['null', null], ['undefined', null]])
const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r' }
/** The looser binds first. */
const BINARY = [['==', '===', '!=', '!=='], ['<', '>', '<=', '>='], ['+', '-'], ['*', '/', '%']] as const
const LONGEST = 4_000
const DEEPEST = 60

type Token = { kind: 'text' | 'template' | 'number' | 'word' | 'sign'; said: string }
class NotUnderstood extends Error {}

/** @returns undefined for what is no expression, or one of a kind that is not known here: statements, spread, `new` */
export function parseJs(source: string): Js | undefined {
  try {
    return parse(source, 0)
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined
    throw error
  }
}

function parse(source: string, depth: number): Js {
  if (source.length > LONGEST || depth > 5) fail()
  const parser = createParser(tokensOf(source), depth)
  const found = parser.expression()
  return parser.isDone() ? found : fail()
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = []
  const pattern = new RegExp(TOKEN)
  const end = source.trimEnd().length
  while (pattern.lastIndex < end) {
    const [, text, template, number, word, sign] = pattern.exec(source) ?? fail()
    tokens.push(text !== undefined ? { kind: 'text', said: unescaped(text.slice(1, -1)) } : template !== undefined ? { kind: 'template', said: template.slice(1, -1) } : number !== undefined ? { kind: 'number', said: number } : word !== undefined ? { kind: 'word', said: word } : { kind: 'sign', said: sign! })
  }
  return tokens
}

function unescaped(said: string): string {
  return said.replaceAll(/\\(.)/gs, (_, one: string) => ESCAPES[one] ?? one)
}

function createParser(tokens: readonly Token[], level: number) {
  let at = 0
  let depth = 0
  const next = (...said: string[]) => tokens[at]?.kind === 'sign' && said.includes(tokens[at]!.said)
  const take = (...said: string[]): string | undefined => (next(...said) ? tokens[at++]!.said : undefined)
  const need = (...said: string[]): string => take(...said) ?? fail()
  const takeOf = (kind: Token['kind']): string | undefined => (tokens[at]?.kind === kind ? tokens[at++]!.said : undefined)

  function expression(): Js {
    if (++depth > DEEPEST) fail()
    const found = arrow() ?? choice()
    depth--
    return found
  }

  /** `x => …`, `(x, index) => …` */
  function arrow(): Js | undefined {
    const begin = at
    const names: string[] = []
    if (take('(') !== undefined) {
      while (tokens[at]?.kind === 'word') {
        names.push(tokens[at++]!.said)
        if (take(',') === undefined) break
      }
      if (take(')') === undefined) return void (at = begin)
    } else names.push(takeOf('word') ?? '')
    if (names.length === 0 || names[0] === '' || take('=>') === undefined || next('{')) return void (at = begin)
    return { kind: 'arrow', names, body: expression() }
  }

  function choice(): Js {
    const when = either()
    if (take('?') === undefined) return when
    const then = expression()
    need(':')
    return { kind: 'choice', when, then, otherwise: expression() }
  }

  function either(): Js {
    const parts = [all()]
    let operator: '||' | '??' = '||'
    for (let said = take('||', '??'); said !== undefined; said = take('||', '??')) {
      operator = said as '||' | '??'
      parts.push(all())
    }
    return parts.length === 1 ? parts[0]! : { kind: 'either', operator, parts }
  }

  function all(): Js {
    const parts = [binary(0)]
    while (take('&&') !== undefined) parts.push(binary(0))
    return parts.length === 1 ? parts[0]! : { kind: 'all', parts }
  }

  function binary(rank: number): Js {
    const operators = BINARY[rank]
    if (!operators) return unary()
    let left = binary(rank + 1)
    for (let operator = take(...operators); operator !== undefined; operator = take(...operators)) left = { kind: 'binary', operator: operator.replace(/^([=!]=)=$/, '$1'), left, right: binary(rank + 1) }
    return left
  }

  function unary(): Js {
    if (take('!') !== undefined) {
      if (++depth > DEEPEST) fail()
      const of = unary()
      depth--
      return { kind: 'not', of }
    }
    if (take('-') !== undefined) return chain({ kind: 'literal', value: -Number(takeOf('number') ?? fail()) })
    return chain(primary())
  }

  function chain(of: Js): Js {
    for (let found = of; ; ) {
      const dotted = take('?.', '.')
      // `a?.[0]` is `a[0]` of what may not be there.
      if (dotted !== undefined && !(dotted === '?.' && next('[', '('))) found = { kind: 'field', of: found, key: { kind: 'literal', value: takeOf('word') ?? fail() } }
      else if (take('[') !== undefined) {
        found = { kind: 'field', of: found, key: expression() }
        need(']')
      } else if (take('(') !== undefined) found = { kind: 'call', of: found, given: listUntil(')') }
      else return found
    }
  }

  function listUntil(end: string): Js[] {
    const parts: Js[] = []
    while (take(end) === undefined) {
      if (parts.length > 0) need(',')
      if (take(end) !== undefined) break
      parts.push(expression())
    }
    return parts
  }

  function primary(): Js {
    const said = takeOf('text')
    if (said !== undefined) return { kind: 'literal', value: said }
    const template = takeOf('template')
    if (template !== undefined) return { kind: 'text', parts: templateParts(template, level) }
    const number = takeOf('number')
    if (number !== undefined) return { kind: 'literal', value: Number(number) }
    if (take('(') !== undefined) {
      const inner = expression()
      need(')')
      return inner
    }
    if (take('[') !== undefined) return { kind: 'list', parts: listUntil(']') }
    if (take('{') !== undefined) return { kind: 'object', fields: fields() }
    const name = takeOf('word') ?? fail()
    if (['new', 'typeof', 'function', 'await', 'return', 'in', 'of', 'void', 'delete'].includes(name)) fail()
    const value = WORDS.get(name)
    return value === undefined ? { kind: 'name', name } : { kind: 'literal', value }
  }

  function fields(): [string, Js][] {
    const found: [string, Js][] = []
    while (take('}') === undefined) {
      if (found.length > 0) need(',')
      if (take('}') !== undefined) break
      const name = takeOf('word')
      const key = name ?? takeOf('text') ?? takeOf('number') ?? fail()
      if (take(':') !== undefined) found.push([key, expression()])
      else found.push([key, name === undefined ? fail() : { kind: 'name', name }])
    }
    return found
  }

  return { expression, isDone: () => at === tokens.length }
}

/** What stands in `${ }` may hold braces of its own, but no template. */
function templateParts(said: string, level: number): Js[] {
  const parts: Js[] = []
  let end = 0
  for (const match of said.matchAll(/(?<!\\)\$\{((?:[^{}]|\{[^{}]*\})*)\}/g)) {
    if (match.index > end) parts.push({ kind: 'literal', value: unescaped(said.slice(end, match.index)) })
    parts.push(parse(match[1]!, level + 1))
    end = match.index + match[0].length
  }
  if (end < said.length) parts.push({ kind: 'literal', value: unescaped(said.slice(end)) })
  return parts
}

function fail(): never {
  throw new NotUnderstood()
}
