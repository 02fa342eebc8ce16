'use client'

import type { Edge, NodeTypes } from '@xyflow/react'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import type { GraphComparison } from '@/domain/graph/compare-graphs'
import { sourceHandleOf } from '@/domain/graph/graph'
import type { Frame } from '@/domain/graph/groups'
import { editorSize, sized } from '@/components/graph/node-look'
import { EDGE_STYLE } from './change-look'
import { DiffNode, type DiffFlowNode } from './diff-node'
import { laidApart } from './laid-apart'
import { StillCanvas } from './still-canvas'

const nodeTypes: NodeTypes = { diff: DiffNode }

export type DiffCanvasProps = { comparison: GraphComparison; selected: string | undefined; onSelect: (nodeId: string | undefined) => void; onOpen: (mapId: string) => void }

/** Both graphs in one picture. Nothing can be moved here. */
export function DiffCanvas({ comparison, selected, onSelect, onOpen }: DiffCanvasProps) {
  const t = useTranslations('versions')
  const boxes = useMemo(() => laidApart(comparison.nodes, editorSize), [comparison])
  const nodes = useMemo(
    () => comparison.nodes.map((compared): DiffFlowNode => ({
      // A frame lies behind its members, and only its title takes the hand; a note may frame what it is about.
      ...(isBehind(compared.node) && { zIndex: -1 }),
      ...(compared.node.type === 'group' && { style: { pointerEvents: 'none' as const } }),
      id: compared.node.id, type: 'diff', position: boxes[compared.node.id]!, data: { compared, onOpen }, ...sized(sizeIn(boxes[compared.node.id]!)),
      selected: compared.node.id === selected, ariaLabel: `${compared.node.name}: ${t(`change.${compared.change}`)}`,
    })),
    [comparison, boxes, selected, onOpen, t],
  )
  const edges = useMemo(
    () => comparison.edges.map(({ edge, change }): Edge => ({
      id: edge.id, source: edge.source, target: edge.target, sourceHandle: sourceHandleOf(edge), targetHandle: edge.targetHandle ?? 'in', style: EDGE_STYLE[change],
      ...(change !== 'same' && { label: t(`change.${change}`), labelBgPadding: [4, 2] as [number, number] }),
    })),
    [comparison, t],
  )
  return <StillCanvas<DiffFlowNode> label={t('canvas')} nodes={nodes} edges={edges} nodeTypes={nodeTypes} onSelect={onSelect} onOpen={({ data: { compared } }) => compared.inner && onOpen(compared.node.id)} />
}

function isBehind({ type }: { type: string }): boolean {
  return type === 'group' || type === 'note'
}

function sizeIn({ width, height }: Frame): { width: number; height: number } {
  return { width, height }
}
