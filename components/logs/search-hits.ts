export type TextPart = { text: string; hit: boolean }

/** The text in parts: what the search found, and what is between. Upper and lower case count as the same. */
export function searchHits(text: string, search: string): TextPart[] {
  if (search === '') return [{ text, hit: false }]
  const wanted = new RegExp(search.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`), 'giu')
  const parts: TextPart[] = []
  let from = 0
  for (const { 0: found, index } of text.matchAll(wanted)) {
    if (index > from) parts.push({ text: text.slice(from, index), hit: false })
    parts.push({ text: found, hit: true })
    from = index + found.length
  }
  if (from < text.length) parts.push({ text: text.slice(from), hit: false })
  return parts
}
