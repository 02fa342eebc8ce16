import type { GraphNode } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { largeOf, type LargeValue } from '@/domain/run/large-value'
import { MOST_BRANCHES } from '@/wire/runs'
import type { ForkWanted } from './run-queries'

export type Edit = 'config' | 'output' | 'none'
/** What is being written for one branch of a fork. `texts`: settings that are edited as texts, by field; `output` undefined: not loaded yet. */
export type BranchDraft = { edit: Edit; texts: Record<string, string>; config: string; output: string | undefined }

export const TEXT_FIELDS = ['model', 'system', 'prompt', 'expression', 'url', 'body', 'value'] as const

export function draftOf(node: GraphNode, output: Json | LargeValue): BranchDraft {
  const shown = TEXT_FIELDS.filter((field) => typeof node.config[field] === 'string' || (field === 'model' && node.type === 'agent'))
  return { edit: 'config', texts: Object.fromEntries(shown.map((field) => [field, before(node, field)])), config: JSON.stringify(node.config, null, 2), output: largeOf(output) ? undefined : outputText(output as Json) }
}

export function outputText(output: Json): string {
  return JSON.stringify(output, null, 2)
}

/** @returns undefined when what should be JSON is none, or is not loaded */
export function wantedOf(node: GraphNode, { edit, texts, config, output }: BranchDraft): ForkWanted | undefined {
  const fromNode = node.id
  if (edit === 'none') return { fromNode }
  try {
    if (edit === 'output') return output === undefined ? undefined : { fromNode, overrides: { [fromNode]: { output: JSON.parse(output) as Json } } }
    if (Object.keys(texts).length === 0) return { fromNode, overrides: { [fromNode]: { config: JSON.parse(config) as Record<string, Json> } } }
  } catch {
    return undefined
  }
  const changed = Object.fromEntries(Object.entries(texts).filter(([field, text]) => text !== before(node, field)))
  return Object.keys(changed).length === 0 ? { fromNode } : { fromNode, overrides: { [fromNode]: { config: changed } } }
}

/** A further branch begins as a copy of the one that is shown: people change one thing at a time. */
export function withBranch(branches: readonly BranchDraft[], shown: number): BranchDraft[] {
  return branches.length >= MOST_BRANCHES ? [...branches] : [...branches, { ...branches[shown]! }]
}

export function withoutBranch(branches: readonly BranchDraft[], shown: number): BranchDraft[] {
  return branches.length === 1 ? [...branches] : branches.filter((_, index) => index !== shown)
}

/** A, B, C … */
export const letterOf = (index: number): string => String.fromCharCode(65 + index)

function before(node: GraphNode, field: string): string {
  const value = node.config[field]
  return typeof value === 'string' ? value : ''
}
