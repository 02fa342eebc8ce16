import type { NodeId, NodeType } from '@/domain/graph/graph'
import type { Point } from '@/domain/graph/graph-edit'
import type { Json } from '@/domain/json'
import type { Sketch } from './import-sketch'
import type { Piece } from './import-text'
import { number, type Loose } from './loose'

/** Nodes there are small and stand close. */
export const STRETCH = 1.4

export type N8nNode = { id: NodeId; name: string; kind: string; type: NodeType; raw: Loose; parameters: Loose; version: number; position: Point }
export type N8nLevel = {
  sketch: Sketch
  /** What hangs on a node as its model, tool, memory or parser. */
  parts(name: string, connection: string): N8nNode[]
  pieces(node: N8nNode, parameter: unknown): Piece[]
}

/** What the common settings of a node come to. */
export function n8nCommon({ raw }: N8nNode): Record<string, Json> {
  const tries = number(raw.maxTries) ?? 3
  return {
    ...(raw.disabled === true && { disabled: true }),
    ...(raw.retryOnFail === true ? { retry: { maxAttempts: Math.min(20, Math.max(1, Math.round(tries))), initialMs: Math.min(600_000, Math.max(0, Math.round(number(raw.waitBetweenTries) ?? 1_000))) } } : { retry: { maxAttempts: 1 } }),
    ...(raw.onError === 'continueErrorOutput' && { onError: 'branch' }),
    ...((raw.continueOnFail === true || raw.onError === 'continueRegularOutput') && { onError: 'skip' }),
  }
}
