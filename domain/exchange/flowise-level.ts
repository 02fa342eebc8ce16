import type { NodeId, NodeType } from '@/domain/graph/graph'
import type { Point } from '@/domain/graph/graph-edit'
import type { Sketch } from './import-sketch'
import type { Piece } from './import-text'
import type { Loose } from './loose'

export type FlowiseNode = { key: string; id: NodeId; name: string; kind: string; type: NodeType; inputs: Loose; parent?: string; position: Point }
export type FlowiseLevel = { sketch: Sketch; read(asker: FlowiseNode, expression: string): string | undefined; pieces(node: FlowiseNode, source: unknown): Piece[] }
