import { pathOf, takeApart, type Piece } from './import-text'
import { text } from './loose'

/** What the data that a node gives is called here: n8n's `json` of it, and a path in it. */
export type ReadNode = (name: string, keys: readonly string[]) => string | undefined

const KEYS = String.raw`((?:\??\.[A-Za-z_$][\w$]*(?!\w*\()|\[\d+\]|\["[^"]+"\]|\['[^']+'\])*)`
const SOURCES: readonly [RegExp, 'here' | 'named'][] = [
  [new RegExp(String.raw`^\$json${KEYS}`), 'here'],
  [new RegExp(String.raw`^\$input\.(?:item|first\(\)|last\(\))\.json${KEYS}`), 'here'],
  [new RegExp(String.raw`^\$\(\s*["']([^"']+)["']\s*\)\.(?:item|first\(\)|last\(\)|all\(\)\[0\])\.json${KEYS}`), 'named'],
  [new RegExp(String.raw`^\$node\[["']([^"']+)["']\]\.json${KEYS}`), 'named'],
  [new RegExp(String.raw`^\$node\.([A-Za-z_]\w*)\.json${KEYS}`), 'named'],
  [new RegExp(String.raw`^\$items\(\s*["']([^"']+)["']\s*\)\[0\]\.json${KEYS}`), 'named'],
]
const CALLS: Record<string, string> = { '.trim()': 'strip', '.toUpperCase()': 'upcase', '.toLowerCase()': 'downcase', '.length': 'size', '.toJsonString()': 'json', '.toString()': '' }
const OWN: Record<string, string> = { '$execution.id': 'run.id', '$workflow.name': 'run.workflow' }

/** A parameter: text, or after a `=` text with expressions in it. @param here the node whose data arrives; undefined: none does */
export function n8nPieces(parameter: unknown, here: string | undefined, read: ReadNode): Piece[] {
  const source = text(parameter)
  if (!source.startsWith('=')) return source === '' ? [] : [{ kind: 'text', text: source }]
  return takeApart(source.slice(1), /\{\{([\s\S]*?)\}\}/g, (match) => valueOf(match[1]!.trim(), here, read))
}

function valueOf(code: string, here: string | undefined, read: ReadNode): Piece | undefined {
  const quoted = /^(["'])((?:(?!\1)[^\\])*)\1$/.exec(code)
  if (quoted) return { kind: 'text', text: quoted[2]! }
  if (/^-?\d+(\.\d+)?$/.test(code)) return { kind: 'text', text: code }
  if (Object.hasOwn(OWN, code)) return { kind: 'value', path: OWN[code]!, filters: [] }
  const asJson = /^JSON\.stringify\(\s*([\s\S]+?)\s*(?:,\s*null\s*,\s*\d+\s*)?\)$/.exec(code)
  const found = sourceOf(asJson?.[1] ?? code)
  if (!found) return undefined
  const name = found.name ?? here
  const path = name === undefined ? undefined : read(name, found.keys)
  const filters = filtersOf(found.rest)
  return path === undefined || !filters ? undefined : { kind: 'value', path, filters: [...filters, ...(asJson ? ['json'] : [])] }
}

function sourceOf(code: string): { name?: string; keys: string[]; rest: string } | undefined {
  for (const [pattern, kind] of SOURCES) {
    const match = pattern.exec(code)
    if (!match) continue
    const rest = code.slice(match[0].length)
    const path = (kind === 'named' ? match[2] : match[1]) ?? ''
    const keys = keysOf(path)
    // A length is asked for, not a field of that name.
    const counts = keys.at(-1) === 'length' && path.endsWith('.length')
    return { ...(kind === 'named' && { name: match[1]! }), keys: counts ? keys.slice(0, -1) : keys, rest: counts ? `.length${rest}` : rest }
  }
  return undefined
}

/** What is done with a value, as filters; undefined where one of it has no counterpart. */
function filtersOf(rest: string): string[] | undefined {
  const filters: string[] = []
  let left = rest.trim()
  while (left !== '') {
    const call = Object.keys(CALLS).find((one) => left.startsWith(one))
    const join = /^\.join\((["'])([^"'\\]*)\1\)/.exec(left)
    const otherwise = /^(?:\|\||\?\?)\s*(?:(["'])([^"'\\]*)\1|(-?\d+(?:\.\d+)?))$/.exec(left)
    if (call !== undefined) filters.push(CALLS[call]!)
    else if (join) filters.push(`join: ${JSON.stringify(join[2])}`)
    else if (otherwise) filters.push(`default: ${otherwise[3] ?? JSON.stringify(otherwise[2])}`)
    else return undefined
    left = left.slice((call ?? join?.[0] ?? otherwise?.[0])!.length).trim()
  }
  return filters.filter((filter) => filter !== '')
}

function keysOf(path: string): string[] {
  return [...path.matchAll(/\??\.([A-Za-z_$][\w$]*)|\[(\d+)\]|\["([^"]+)"\]|\['([^']+)'\]/g)].map((part) => (part[1] ?? part[2] ?? part[3] ?? part[4])!)
}

/** n8n's fields of what a model gives: the text goes by several names. */
export function answerPath(id: string, keys: readonly string[], structured: boolean): string | undefined {
  if (keys.length === 0) return `steps.${id}.output`
  const [first, ...rest] = keys.filter((key) => !/^\d+$/.test(key))
  const told = ['output', 'text', 'content', 'message', 'response', 'answer'].includes(first!)
  if (!told) return structured ? pathOf(`steps.${id}.output.json`, keys) : undefined
  const fields = rest.filter((key) => !['content', 'text', 'message'].includes(key))
  if (fields.length > 0) return structured ? pathOf(`steps.${id}.output.json`, fields) : undefined
  return structured && first === 'output' ? `steps.${id}.output.json` : `steps.${id}.output.text`
}
