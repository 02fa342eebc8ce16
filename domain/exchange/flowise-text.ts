import { takeApart, type Piece } from './import-text'

const ENTITIES: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&nbsp;': ' ', '&amp;': '&' }

/** Its fields keep rich text: paragraphs, and spans around variables. */
export function plainText(source: string): string {
  if (!/<\/?(p|span|br|strong|em|ul|ol|li|h\d|code|pre|a)\b/i.test(source)) return source
  const lines = source.replaceAll(/<li\b[^<>]*>/gi, '- ').replaceAll(/<br[ /]*>|<\/(p|li|h\d|pre)>\s*(?=<)/gi, '\n').replaceAll(/<\/?[a-z][^<>]*>/gi, '')
  return lines.replaceAll(/&(?:lt|gt|quot|#39|nbsp|amp);/g, (entity) => ENTITIES[entity]!).trim()
}

/** Text with `{{ node.field }}` in it. */
export function flowisePieces(source: string, read: (expression: string) => string | undefined): Piece[] {
  return takeApart(plainText(source), /\{\{([^{}]+)\}\}/g, (match) => {
    const said = match[1]!.trim()
    if (said === 'current_date_time') return { kind: 'value', path: '"now"', filters: ['date: "%Y-%m-%dT%H:%M:%SZ"'] }
    const path = read(said)
    return path === undefined ? undefined : { kind: 'value', path, filters: [] }
  })
}

/** The fields of a LangChain template, `{name}`; doubled braces are braces. */
export function promptPieces(source: string, read: (name: string) => string | undefined): Piece[] {
  return takeApart(source, /\{\{|\}\}|\{([A-Za-z_]\w*)\}/g, (match) => {
    if (match[1] === undefined) return { kind: 'text', text: match[0][0]! }
    const path = read(match[1])
    return path === undefined ? undefined : { kind: 'value', path, filters: [] }
  })
}
