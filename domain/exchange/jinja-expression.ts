/** An expression of Jinja, as far as templates of other builders say such. */
export type Jinja =
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'list'; parts: Jinja[] }
  | { kind: 'name'; name: string }
  | { kind: 'field'; of: Jinja; key: Jinja }
  | { kind: 'slice'; of: Jinja; from?: Jinja; to?: Jinja }
  | { kind: 'call'; of: Jinja; given: Given }
  | { kind: 'filter'; of: Jinja; name: string; given: Given }
  | { kind: 'test'; of: Jinja; name: string; not: boolean }
  | { kind: 'not'; of: Jinja }
  | { kind: 'joint'; word: 'and' | 'or'; parts: Jinja[] }
  | { kind: 'compare'; left: Jinja; operator: string; right: Jinja }
  | { kind: 'arithmetic'; left: Jinja; operator: string; right: Jinja }
  | { kind: 'text'; parts: Jinja[] }
  | { kind: 'choice'; when: Jinja; then: Jinja; otherwise?: Jinja }
/** What stands in the parentheses of a call: by place, and by name. */
export type Given = { values: Jinja[]; named: Record<string, Jinja> }

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(==|!=|<=|>=|\/\/|[-+*/%<>|~.,:()[\]=]))/y
const WORDS = new Map<string, boolean | null>([['true', true], ['false', false], ['none', null]])
const LONGEST = 2_000
const DEEPEST = 60
const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r' }

type Token = { kind: 'text' | 'number' | 'word' | 'sign'; said: string }
class NotUnderstood extends Error {}

/** @returns undefined for what is no expression, or one of a kind that is not known here */
export function parseJinja(source: string): Jinja | undefined {
  const tokens = source.length > LONGEST ? undefined : tokensOf(source)
  if (!tokens || tokens.length === 0) return undefined
  try {
    const parser = createParser(tokens)
    const found = parser.expression()
    return parser.isDone() ? found : undefined
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined
    throw error
  }
}

function tokensOf(source: string): Token[] | undefined {
  const tokens: Token[] = []
  const pattern = new RegExp(TOKEN)
  const end = source.trimEnd().length
  while (pattern.lastIndex < end) {
    const match = pattern.exec(source)
    if (!match) return undefined
    const [, text, number, word, sign] = match
    tokens.push(text !== undefined ? { kind: 'text', said: text.slice(1, -1).replaceAll(/\\(.)/gs, (_, one: string) => ESCAPES[one] ?? one) } : number !== undefined ? { kind: 'number', said: number } : word !== undefined ? { kind: 'word', said: word } : { kind: 'sign', said: sign! })
  }
  return tokens
}

/** By descent, the loosest first: choice, or, and, not, comparison, `~`, sum, product, minus, fields and filters. */
function createParser(tokens: readonly Token[]) {
  let at = 0
  let depth = 0
  const next = (kind: Token['kind'], ...said: string[]) => tokens[at]?.kind === kind && (said.length === 0 || said.includes(tokens[at]!.said))
  const take = (kind: Token['kind'], ...said: string[]): string | undefined => (next(kind, ...said) ? tokens[at++]!.said : undefined)
  const need = (kind: Token['kind'], ...said: string[]): string => take(kind, ...said) ?? fail()

  function expression(): Jinja {
    if (++depth > DEEPEST) fail()
    const then = joint('or', () => joint('and', negation))
    depth--
    if (take('word', 'if') === undefined) return then
    const when = joint('or', () => joint('and', negation))
    return { kind: 'choice', when, then, ...(take('word', 'else') !== undefined && { otherwise: expression() }) }
  }

  function joint(word: 'and' | 'or', part: () => Jinja): Jinja {
    const parts = [part()]
    while (take('word', word) !== undefined) parts.push(part())
    return parts.length === 1 ? parts[0]! : { kind: 'joint', word, parts }
  }

  function negation(): Jinja {
    if (take('word', 'not') === undefined) return comparison()
    if (++depth > DEEPEST) fail()
    const of = negation()
    depth--
    return { kind: 'not', of }
  }

  function comparison(): Jinja {
    let left = text()
    for (;;) {
      const operator = take('sign', '==', '!=', '<', '>', '<=', '>=') ?? take('word', 'in', 'is') ?? (next('word', 'not') && tokens[at + 1]?.said === 'in' ? (at += 2, 'not in') : undefined)
      if (operator === undefined) return left
      if (operator === 'is') {
        const not = take('word', 'not') !== undefined
        left = { kind: 'test', of: left, name: need('word'), not }
      } else left = { kind: 'compare', left, operator, right: text() }
    }
  }

  function text(): Jinja {
    const parts = [sum()]
    while (take('sign', '~') !== undefined) parts.push(sum())
    return parts.length === 1 ? parts[0]! : { kind: 'text', parts }
  }

  const sum = () => arithmetic(['+', '-'], () => arithmetic(['*', '/', '//', '%'], minus))

  function arithmetic(operators: string[], part: () => Jinja): Jinja {
    let left = part()
    for (let operator = take('sign', ...operators); operator !== undefined; operator = take('sign', ...operators)) left = { kind: 'arithmetic', left, operator, right: part() }
    return left
  }

  function minus(): Jinja {
    if (take('sign', '-') === undefined) return chain(primary())
    const value = need('number')
    return chain({ kind: 'literal', value: -Number(value) })
  }

  /** Fields, calls and filters behind a value. */
  function chain(of: Jinja): Jinja {
    for (let found = of; ; ) {
      if (take('sign', '.') !== undefined) found = { kind: 'field', of: found, key: { kind: 'literal', value: take('word') ?? need('number') } }
      else if (take('sign', '[') !== undefined) found = bracket(found)
      else if (take('sign', '(') !== undefined) found = { kind: 'call', of: found, given: given() }
      else if (take('sign', '|') !== undefined) {
        const name = need('word')
        found = { kind: 'filter', of: found, name, given: take('sign', '(') === undefined ? { values: [], named: {} } : given() }
      } else return found
    }
  }

  function bracket(of: Jinja): Jinja {
    const from = next('sign', ':') ? undefined : expression()
    if (take('sign', ':') === undefined) {
      need('sign', ']')
      return { kind: 'field', of, key: from! }
    }
    const to = next('sign', ']') ? undefined : expression()
    need('sign', ']')
    return { kind: 'slice', of, ...(from && { from }), ...(to && { to }) }
  }

  function given(): Given {
    const found: Given = { values: [], named: {} }
    while (take('sign', ')') === undefined) {
      if (found.values.length + Object.keys(found.named).length > 0) need('sign', ',')
      if (next('word') && tokens[at + 1]?.said === '=' && tokens[at + 1]?.kind === 'sign') {
        const name = need('word')
        need('sign', '=')
        found.named[name] = expression()
      } else found.values.push(expression())
    }
    return found
  }

  function primary(): Jinja {
    const said = take('text')
    if (said !== undefined) return { kind: 'literal', value: said }
    const number = take('number')
    if (number !== undefined) return { kind: 'literal', value: Number(number) }
    if (take('sign', '(') !== undefined) {
      const inner = expression()
      need('sign', ')')
      return inner
    }
    if (take('sign', '[') !== undefined) return list()
    const name = need('word')
    if (['if', 'else', 'and', 'or', 'not', 'in', 'is'].includes(name)) fail()
    const value = WORDS.get(name.toLowerCase())
    return value === undefined ? { kind: 'name', name } : { kind: 'literal', value }
  }

  function list(): Jinja {
    const parts: Jinja[] = []
    while (take('sign', ']') === undefined) {
      if (parts.length > 0) need('sign', ',')
      parts.push(expression())
    }
    return { kind: 'list', parts }
  }

  return { expression, isDone: () => at === tokens.length }
}

function fail(): never {
  throw new NotUnderstood()
}
