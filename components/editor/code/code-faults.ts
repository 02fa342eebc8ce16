import type { TextFault } from '@/domain/graph/text-fault'
import type { TextPreviewAnswer } from '@/wire/preview'
import type { InsertablePath } from '../forms/insertable-paths'
import type { CodeFault } from './code-editor'

const STEP = /\bsteps(?:\.([\w-]+)|\["([^"\]]+)"\])/g
/** Whether a value is not there; before the first run none is. */
export function isAbsence(preview: TextPreviewAnswer | undefined): boolean {
  return preview !== undefined && !preview.ok && preview.fault?.code === 'NO_VALUE'
}

/**
 * Where a text is wrong: what reading it or working it out stumbled over, and the steps that the graph's check complains of.
 * @param error what the graph's check says of the field
 * @param fault of the text, if it is known to be wrong
 */
export function codeFaults(text: string, error: string | undefined, fault: TextFault | undefined, say: (fault: TextFault) => string, paths: readonly InsertablePath[]): CodeFault[] {
  const faults: CodeFault[] = []
  if (fault) {
    const [from, to] = markOf(text, offsetOf(text, fault.line, fault.column))
    faults.push({ from, to, message: say(fault) })
  } else if (error !== undefined) {
    const known = new Set(paths.map(({ path }) => /^steps\.([\w-]+)\.output/.exec(path)?.[1]))
    for (const match of text.matchAll(STEP)) if (!known.has(match[1] ?? match[2])) faults.push({ from: match.index, to: match.index + match[0].length, message: error })
  }
  return faults
}

/** The word there; at the end of the text, where nothing is to be seen, the last that was written. */
function markOf(text: string, at: number): [from: number, to: number] {
  const end = text.trimEnd().length
  if (at >= end) return [Math.max(0, end - 1), end]
  const [word] = /^[\w.[\]"-]+/.exec(text.slice(at)) ?? ['']
  return [at, at + Math.max(1, word.length)]
}

function offsetOf(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1)
  return Math.min(text.length, before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1)
}
