/** A text of another builder taken apart: what it says, what it reads, and what nobody here understands. */
export type Piece = { kind: 'text'; text: string } | { kind: 'value'; path: string; filters: readonly string[]; /** Where CEL says it otherwise. */ cel?: string } | /** More than a value: as Liquid for text and for a place in JSON, and as CEL where that can be. */ { kind: 'made'; liquid: string; json: string; cel?: string } | { kind: 'unknown'; source: string }

/** `steps.a.output["x y"][0]`, as Liquid and CEL both read it. */
export function pathOf(root: string, keys: readonly string[]): string {
  return keys.reduce((path, key) => (/^\d+$/.test(key) ? `${path}[${key}]` : /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`), root)
}

/** The same for code in Python, where values are dictionaries. */
export function pythonPathOf(path: string): string {
  return path.replaceAll(/\.([A-Za-z_]\w*)/g, '["$1"]')
}

/** As Liquid. What is not understood stays as it was written, and is not run. */
export function liquidOf(pieces: readonly Piece[]): string {
  return pieces.map((piece) => {
    switch (piece.kind) {
      case 'text':
        return plain(piece.text)
      case 'value':
        return `{{ ${[piece.path, ...piece.filters].join(' | ')} }}`
      case 'made':
        return piece.liquid
      case 'unknown':
        return plain(piece.source)
    }
  }).join('')
}

/** As CEL; undefined where a part is not understood, or CEL has no word for it. */
export function celOf(pieces: readonly Piece[]): string | undefined {
  const parts = pieces.map(celPart)
  if (parts.some((part) => part === undefined)) return undefined
  const [first, ...rest] = parts as string[]
  if (first === undefined) return '""'
  if (rest.length === 0) return first
  return pieces.map((piece, index) => (piece.kind === 'text' ? parts[index]! : `string(${parts[index]!})`)).join(' + ')
}

/** A value as CEL. What may be either is a template where it says `{{`: here no text does. */
export function celLiteral(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replaceAll('{{', String.raw`{\u007b`).replaceAll('{%', String.raw`{\u0025`)
}

function celPart(piece: Piece): string | undefined {
  if (piece.kind === 'text') return celLiteral(piece.text)
  if (piece.kind === 'unknown') return undefined
  if (piece.kind === 'made' || piece.cel !== undefined) return piece.cel
  if (piece.filters.length === 0) return piece.path
  return piece.filters.length === 1 && piece.filters[0] === 'size' ? `size(${piece.path})` : undefined
}

export function isUnknown(piece: Piece): piece is Extract<Piece, { kind: 'unknown' }> {
  return piece.kind === 'unknown'
}

/** Takes a text apart at what `pattern` finds; `read` understands a find or does not. */
export function takeApart(source: string, pattern: RegExp, read: (match: RegExpMatchArray) => Piece | undefined): Piece[] {
  const pieces: Piece[] = []
  let end = 0
  for (const match of source.matchAll(pattern)) {
    if (match.index > end) pieces.push({ kind: 'text', text: source.slice(end, match.index) })
    pieces.push(read(match) ?? { kind: 'unknown', source: match[0] })
    end = match.index + match[0].length
  }
  if (end < source.length) pieces.push({ kind: 'text', text: source.slice(end) })
  return pieces
}

/** Text that looks like a template and is none. */
function plain(said: string): string {
  return /\{[{%]/.test(said) ? `{% raw %}${said}{% endraw %}` : said
}

/** A comparison, in the words that all of these builders share. */
export type Comparison = { left: readonly Piece[]; operation: string; right: readonly Piece[]; kind: 'text' | 'number' | 'boolean' | 'list' }

/** Comparisons as CEL, all or any of them; undefined where one cannot be said. */
export function celOfComparisons(comparisons: readonly Comparison[], joined: 'and' | 'or'): string | undefined {
  const said = comparisons.map(celOfComparison)
  if (said.length === 0 || said.some((one) => one === undefined)) return undefined
  return said.length === 1 ? said[0] : said.map((one) => `(${one!})`).join(joined === 'and' ? ' && ' : ' || ')
}

function celOfComparison({ left, operation, right, kind }: Comparison): string | undefined {
  const a = celOf(left)
  const b = literal(right, kind) ?? celOf(right)
  if (a === undefined || b === undefined) return undefined
  switch (operation) {
    case 'equals':
      return `${a} == ${b}`
    case 'not-equals':
      return `${a} != ${b}`
    case 'larger':
      return `${a} > ${b}`
    case 'larger-equal':
      return `${a} >= ${b}`
    case 'smaller':
      return `${a} < ${b}`
    case 'smaller-equal':
      return `${a} <= ${b}`
    case 'contains':
      return kind === 'list' ? `${b} in ${a}` : `${a}.contains(${b})`
    case 'not-contains':
      return kind === 'list' ? `!(${b} in ${a})` : `!${a}.contains(${b})`
    case 'starts':
      return `${a}.startsWith(${b})`
    case 'not-starts':
      return `!${a}.startsWith(${b})`
    case 'ends':
      return `${a}.endsWith(${b})`
    case 'not-ends':
      return `!${a}.endsWith(${b})`
    case 'matches':
      return `${a}.matches(${b})`
    case 'empty':
      return `${a} == null || size(${a}) == 0`
    case 'not-empty':
      return `${a} != null && size(${a}) > 0`
    case 'is-true':
      return `${a} == true`
    case 'is-false':
      return `${a} == false`
    case 'exists':
      return /[\]\w]\.\w+$/.test(a) ? `has(${a})` : `${a} != null`
    case 'not-exists':
      return /[\]\w]\.\w+$/.test(a) ? `!has(${a})` : `${a} == null`
    default:
      return undefined
  }
}

/** A number or a truth value that is written as text. */
function literal(pieces: readonly Piece[], kind: Comparison['kind']): string | undefined {
  const [only, ...rest] = pieces
  if (!only || only.kind !== 'text' || rest.length > 0) return undefined
  const said = only.text.trim()
  if (kind === 'number' && /^-?\d+(\.\d+)?$/.test(said)) return said
  return kind === 'boolean' && /^(true|false)$/i.test(said) ? said.toLowerCase() : undefined
}
