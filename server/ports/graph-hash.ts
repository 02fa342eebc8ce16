import { createHash } from 'node:crypto'
import type { Graph } from '@/domain/graph/graph'

/** Keys in order at every depth, so that equal graphs give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  )
}

/** SHA-256 of the canonical JSON, hex: the same for equal values. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}

/** The name under which a graph is stored once: its content's hash. */
export function graphHash(graph: Graph): string {
  return contentHash(graph)
}
