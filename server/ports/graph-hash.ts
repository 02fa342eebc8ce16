import { createHash } from 'node:crypto'
import type { Graph } from '@/domain/graph/graph'

/** Keys in order at every depth, so that equal graphs give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  )
}

/** The name under which a graph is stored once: SHA-256 of its canonical JSON, hex. */
export function graphHash(graph: Graph): string {
  return createHash('sha256').update(canonicalJson(graph)).digest('hex')
}
