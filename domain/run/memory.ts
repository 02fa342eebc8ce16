import { AppError } from '@/domain/error'
import { fieldPaths } from '@/domain/graph/references'
import type { TypedNode } from '@/domain/graph/node-types'
import type { Json } from '@/domain/json'
import type { RunState } from './run-state'

/** What a step wants kept. `expected`: the version that it may overwrite; 0 where there is none yet. */
export type MemoryWrite = { key: string; value: Json; expected: number | 'any' }

/** Distinct keys that a run may keep. */
const MAX_KEYS = 200

/** Somebody wrote in between: what this write builds on is not there any more. */
class StaleMemory extends AppError {
  readonly code = 'MEMORY_STALE'
  override readonly retryable = true
  readonly hint = 'The next attempt reads the newer value. To write over whatever is there, let the node expect any version.'
  constructor(key: string, expected: number, current: number, by: string | undefined) {
    super(`"${key}" is at version ${current}${by === undefined ? '' : `, written by ${by}`}, but this write expects version ${expected}`)
  }
}

class MemoryFull extends AppError {
  readonly code = 'MEMORY_FULL'
  readonly hint = 'Keep several values together under one key.'
  constructor(key: string) {
    super(`The memory of the run has ${MAX_KEYS} keys and takes no other: "${key}"`)
  }
}

/** @returns the version that the write makes. @throws {AppError} a stale version, or no room */
export function nextVersion({ memory }: RunState, { key, expected }: MemoryWrite): number {
  const cell = Object.hasOwn(memory.cells, key) ? memory.cells[key] : undefined
  const current = cell?.version ?? 0
  if (expected !== 'any' && expected !== current) throw new StaleMemory(key, expected, current, cell?.by)
  if (!cell && Object.keys(memory.cells).length >= MAX_KEYS) throw new MemoryFull(key)
  return current + 1
}

/** What templates, expressions and code see of it. */
export function valuesOf({ memory }: RunState): Record<string, Json> {
  return Object.fromEntries(Object.entries(memory.cells).map(([key, { value }]) => [key, value]))
}

export function versionsOf({ memory }: RunState): Record<string, number> {
  return Object.fromEntries(Object.entries(memory.cells).map(([key, { version }]) => [key, version]))
}

/** The keys that an attempt sees and may use, with their versions; undefined when it uses none. */
export function readsOf(node: TypedNode, seen: Record<string, number>): Record<string, number> | undefined {
  const keys = keysRead(node)
  const reads = keys === 'all' ? Object.entries(seen) : [...keys].map((key) => [key, Object.hasOwn(seen, key) ? seen[key]! : 0] as const)
  return reads.length === 0 ? undefined : Object.fromEntries(reads)
}

/** The keys that a node's texts or code read; `all` where that cannot be told, as when they take the memory as a whole. */
function keysRead(node: TypedNode): ReadonlySet<string> | 'all' {
  const inPython = node.type === 'python' ? pythonKeys(node.config.code) : []
  const inTexts = fieldPaths(node.config).flatMap(({ path: [root, key] }) => (root === 'memory' ? [key] : []))
  const keys = [...inTexts, ...inPython]
  return keys.includes(undefined) ? 'all' : new Set(keys.flatMap((key) => key ?? []))
}

export function remembered(node: TypedNode) {
  return 'remember' in node.config ? (node.config.remember ?? []) : []
}

const IN_PYTHON = /(?<![\w.])memory(?:\s*\[\s*(?:"([^"\\]*)"|'([^'\\]*)')\s*\]|\s*\.\s*get\(\s*(?:"([^"\\]*)"|'([^'\\]*)')|(?!\w))/g

/** Word by word, comments and texts too: what may have been read, never less. */
function pythonKeys(code: string): (string | undefined)[] {
  return [...code.matchAll(IN_PYTHON)].map((match) => match[1] ?? match[2] ?? match[3] ?? match[4])
}
