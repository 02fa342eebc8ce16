/**
 * A Liquid template taken apart without running it: plain text, a value, or from the first tag on (`{% … %}`) the rest,
 * of which only running it tells what it becomes. `source`: as it was written.
 */
export type TemplatePiece = { kind: 'text'; text: string } | { kind: 'value'; expression: string; source: string } | { kind: 'rest'; source: string }

export function templatePieces(template: string): TemplatePiece[] {
  const pieces: TemplatePiece[] = []
  let at = 0
  const addText = (text: string): void => void (text !== '' && pieces.push({ kind: 'text', text }))
  for (const match of template.matchAll(/\{\{(-?)([\s\S]*?)(-?)\}\}|\{%/g)) {
    if (match.index < at) continue
    const before = template.slice(at, match.index)
    if (match[2] === undefined) {
      addText(template.startsWith('{%-', match.index) ? before.trimEnd() : before)
      return [...pieces, { kind: 'rest', source: template.slice(match.index) }]
    }
    addText(match[1] === '' ? before : before.trimEnd())
    pieces.push({ kind: 'value', expression: match[2].trim().replaceAll(/\s+/g, ' '), source: match[0] })
    at = match.index + match[0].length
    if (match[3] !== '') at = template.length - template.slice(at).trimStart().length
  }
  addText(template.slice(at))
  return pieces
}
