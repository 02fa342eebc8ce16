'use client'

import type { Edge } from '@xyflow/react'
import { useMemo, useRef } from 'react'
import { sourceHandleOf, type Graph, type GraphNode } from '@/domain/graph/graph'
import type { Point } from '@/domain/graph/graph-edit'
import { frameOf, membersOf, shownGraph } from '@/domain/graph/groups'
import { isLocked } from '@/domain/graph/node-types'
import type { GraphIssue } from '@/domain/graph/validate'
import { EDITOR_NODE, editorSize, sized } from '@/components/graph/node-look'
import type { EditorFlowNode } from './editor-node'
import type { GroupFlowNode } from './group-node'

export type FlowNode = EditorFlowNode | GroupFlowNode
type Places = Readonly<Record<string, Point>>

/**
 * What React Flow draws. A node that did not change keeps its object, so that only what did is drawn again.
 * @param shown places of nodes that are dragged or glide
 */
export function useFlowNodes(level: Graph, issues: readonly GraphIssue[], selected: readonly string[], shown: Places): FlowNode[] {
  const before = useRef(new Map<string, FlowNode>())
  return useMemo(() => {
    const chosen = new Set(selected)
    const counts = new Map<string, number>()
    for (const issue of issues) if (issue.nodeId !== undefined) counts.set(issue.nodeId, (counts.get(issue.nodeId) ?? 0) + 1)
    // The cache is only a memory of this computation's own last result: reading it changes no outcome.
    const next = shownGraph(level).nodes.map((node): FlowNode => {
      const old = before.current.get(node.id)
      if (node.type === 'group') return groupNode(level, node, chosen.has(node.id), shown, old)
      const position = shown[node.id] ?? node.position
      const count = counts.get(node.id) ?? 0
      if (old?.type === 'editor' && old.data.node === node && old.data.issues === count && old.selected === chosen.has(node.id) && old.position === position) return old
      return { id: node.id, type: 'editor', position, data: { node, issues: count }, selected: chosen.has(node.id), draggable: !isLocked(node), ...sized(editorSize(node)), ariaLabel: node.name }
    })
    before.current = new Map(next.map((node) => [node.id, node]))
    return next
  }, [level, issues, selected, shown])
}

/** A frame lies behind its members, wherever they are just now; only its title takes the hand. */
function groupNode(level: Graph, node: GraphNode, selected: boolean, shown: Places, old: FlowNode | undefined): GroupFlowNode {
  const members = membersOf(level, node)
  const collapsed = node.config.collapsed === true
  const frame = frameOf(members.map((member) => (shown[member.id] ? { ...member, position: shown[member.id]! } : member)), shown[node.id] ? { ...node, position: shown[node.id]! } : node, editorSize)
  const size = collapsed ? EDITOR_NODE : { width: frame.width, height: frame.height }
  if (old?.type === 'group' && old.data.node === node && old.data.count === members.length && old.selected === selected && old.position.x === frame.x && old.position.y === frame.y && old.width === size.width && old.height === size.height) return old
  return {
    id: node.id, type: 'group', position: { x: frame.x, y: frame.y }, data: { node, count: members.length }, selected, draggable: !isLocked(node), ...sized(size), ariaLabel: node.name,
    ...(!collapsed && { zIndex: -1, dragHandle: '.group-title', style: { pointerEvents: 'none' as const } }),
  }
}

export function flowEdges(level: Graph, issues: readonly GraphIssue[], selected: readonly string[]): Edge[] {
  const wrong = new Set(issues.flatMap((issue) => issue.edgeId ?? []))
  return shownGraph(level).edges.map((edge) => ({
    id: edge.id, type: 'editor', source: edge.source, target: edge.target, sourceHandle: sourceHandleOf(edge), targetHandle: edge.targetHandle ?? 'in', selected: selected.includes(edge.id),
    ...(wrong.has(edge.id) && { style: { stroke: 'var(--state-failed)', strokeWidth: 2 } }),
  }))
}
