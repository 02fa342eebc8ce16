import type { Document } from 'yaml'
import type { WorkflowDocument } from '@/domain/exchange/workflow-document'

export type TextFormat = 'json' | 'yaml'

/** Longest text that is read, in characters: what the server takes in one body. */
const MAX_CHARACTERS = 8 * 1024 * 1024
/** Times that a YAML text may stand in for others of its parts: a few lines of them could become gigabytes. */
const MAX_ALIASES = 100
/** Deepest nesting: what checks and shows a graph calls itself once a level. */
const MAX_DEPTH = 200

/** Why a text could not be read; lines and columns count from 1. */
export type TextFault = { kind: 'empty' | 'too-large' | 'too-deep' | 'aliases' } | { kind: 'syntax'; format: TextFormat; line: number; column: number; message: string }

export type ReadText = { ok: true; format: TextFormat; value: unknown } | { ok: false; fault: TextFault }

/** A workflow's text, long prompts as blocks of lines in YAML. The YAML library is loaded when it is needed. */
export async function writeWorkflowText(document: WorkflowDocument, format: TextFormat): Promise<string> {
  if (format === 'json') return `${JSON.stringify(document, null, 2)}\n`
  const { Document, isMap, visit } = await import('yaml')
  const yaml = new Document(document, { aliasDuplicateObjects: false })
  visit(yaml, {
    Pair: (_key, { key, value }) => void (isMap(value) && String(key) === 'position' && (value.flow = true)),
    // A block of blanks alone would lose those of its first line.
    Scalar: (_key, scalar) => void (typeof scalar.value === 'string' && scalar.value.trim() === '' && (scalar.type = 'QUOTE_DOUBLE')),
  })
  return yaml.toString({ lineWidth: 0, blockQuote: 'literal' })
}

/** Reads JSON or YAML, whichever the text is: a file's name proves nothing. JSON may have the commas and remarks that YAML lets pass. */
export async function readWorkflowText(text: string): Promise<ReadText> {
  if (text.trim() === '') return refuse({ kind: 'empty' })
  if (text.length > MAX_CHARACTERS) return refuse({ kind: 'too-large' })
  const format: TextFormat = /^\uFEFF?\s*[{[]/.test(text) ? 'json' : 'yaml'
  const strict = format === 'json' ? strictJson(text) : undefined
  const read = strict ?? (await readYaml(text, format))
  return read.ok && isDeeperThan(read.value, MAX_DEPTH) ? refuse({ kind: 'too-deep' }) : read
}

function strictJson(text: string): ReadText | undefined {
  try {
    return { ok: true, format: 'json', value: JSON.parse(text.replace(/^\uFEFF/, '')) }
  } catch {
    // The YAML reader says where it fails, which not every browser's JSON reader does.
    return undefined
  }
}

async function readYaml(text: string, format: TextFormat): Promise<ReadText> {
  const { parseDocument } = await import('yaml')
  let document: Document.Parsed
  try {
    document = parseDocument(text, { version: '1.2', schema: 'core', prettyErrors: true })
  } catch (error) {
    if (error instanceof RangeError) return refuse({ kind: 'too-deep' })
    throw error
  }
  const [first] = document.errors
  if (first) {
    const [at] = first.linePos ?? []
    // Behind its first line the message repeats the place and draws it.
    return refuse({ kind: 'syntax', format, line: at?.line ?? 1, column: at?.col ?? 1, message: first.message.split('\n', 1)[0]!.replace(/ at line \d+, column \d+:?$/, '') })
  }
  try {
    return { ok: true, format, value: document.toJS({ maxAliasCount: MAX_ALIASES }) }
  } catch (error) {
    if (error instanceof RangeError) return refuse({ kind: 'too-deep' })
    if (error instanceof ReferenceError) return refuse({ kind: 'aliases' })
    throw error
  }
}

function refuse(fault: TextFault): ReadText {
  return { ok: false, fault }
}

/** Counted without recursion: too deep for one would be too deep for the other. */
function isDeeperThan(value: unknown, levels: number): boolean {
  const open: [unknown, number][] = [[value, 0]]
  for (let next = open.pop(); next; next = open.pop()) {
    const [inner, depth] = next
    if (inner === null || typeof inner !== 'object') continue
    if (depth >= levels) return true
    for (const child of Object.values(inner)) open.push([child, depth + 1])
  }
  return false
}
