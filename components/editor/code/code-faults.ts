import type { TextPreviewAnswer } from '@/wire/preview'
import type { InsertablePath } from '../forms/insertable-paths'
import type { CodeFault } from './code-editor'

const STEP = /\bsteps(?:\.([\w-]+)|\["([^"\]]+)"\])/g
/** What a text says of a value that is not there; before the first run none is. */
const ABSENT = /undefined variable|No such key/i

export function isAbsence(preview: TextPreviewAnswer | undefined): boolean {
  return preview !== undefined && !preview.ok && ABSENT.test(preview.message)
}

/**
 * Where a text is wrong: the steps that the graph's check complains of, and what working it out stumbled over.
 * @param error what the graph's check says of the field
 * @param hasRun whether there are values to be missed
 */
export function codeFaults(text: string, error: string | undefined, preview: TextPreviewAnswer | undefined, paths: readonly InsertablePath[], hasRun: boolean): CodeFault[] {
  const faults: CodeFault[] = []
  if (error !== undefined) {
    const known = new Set(paths.map(({ path }) => /^steps\.([\w-]+)\.output/.exec(path)?.[1]))
    for (const match of text.matchAll(STEP)) if (!known.has(match[1] ?? match[2])) faults.push({ from: match.index, to: match.index + match[0].length, message: error })
  }
  if (preview && !preview.ok && preview.line !== undefined && (hasRun || !isAbsence(preview))) {
    const from = offsetOf(text, preview.line, preview.column ?? 1)
    const [word] = /^[\w.[\]"-]+/.exec(text.slice(from)) ?? ['']
    if (!faults.some((fault) => fault.from <= from && from < fault.to)) faults.push({ from, to: from + Math.max(1, word.length), message: preview.message })
  }
  return faults
}

function offsetOf(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1)
  return Math.min(text.length, before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1)
}
