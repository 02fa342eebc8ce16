'use client'

import { useStoreApi, type Edge } from '@xyflow/react'
import { useEffect, useMemo, useRef } from 'react'
import { sourceHandleOf, type Graph, type GraphEdge, type GraphNode } from '@/domain/graph/graph'
import type { Point } from '@/domain/graph/graph-edit'
import { frameOf, membersOf, shownGraph } from '@/domain/graph/groups'
import { isLocked } from '@/domain/graph/node-types'
import type { GraphIssue } from '@/domain/graph/validate'
import { useEdgeName } from '@/components/graph/flow-labels'
import { handlesIn, handlesOfBox } from '@/components/graph/handle-places'
import { EDITOR_NODE, editorSize, sized } from '@/components/graph/node-look'
import { useDesk } from './editor-context'
import { nowhere } from './editor-desk'
import type { EditorFlowNode } from './editor-node'
import type { GroupFlowNode } from './group-node'

export type FlowNode = EditorFlowNode | GroupFlowNode
type Places = Readonly<Record<string, Point>>

type Size = { width: number; height: number }

/**
 * What React Flow draws. A node that did not change keeps its object, so that only what did is drawn again.
 * @param shown places of nodes that glide
 * @param stretched sizes of notes that are drawn larger or smaller just now
 */
export function useFlowNodes(level: Graph, issues: readonly GraphIssue[], selected: readonly string[], shown: Places, stretched: Readonly<Record<string, Size>>): FlowNode[] {
  const before = useRef(new Map<string, FlowNode>())
  const resting = useMemo(() => {
    const next = restingNodes(level, issues, selected, stretched, before.current)
    // The cache is only a memory of this computation's own last result: reading it changes no outcome.
    before.current = new Map(next.map((node) => [node.id, node]))
    return next
  }, [level, issues, selected, stretched])
  return useMemo(() => nodesAt(level, resting, shown), [level, resting, shown])
}

/**
 * Shows what is under the hand where it is just now. React Flow is told itself, so that a step of a drag is one render, of what is
 * dragged: through the canvas it was one of the canvas first, and of the nodes afterwards.
 * @param nodes what the canvas gives React Flow to draw
 */
export function useCarried(level: Graph, nodes: FlowNode[]): void {
  const desk = useDesk()
  const flow = useStoreApi<FlowNode>()
  useEffect(() => {
    const show = (places: Places) => flow.getState().setNodes(nodesAt(level, nodes, places))
    // What the canvas draws anew during a drag comes without the places of the drag.
    if (desk.carried.getState() !== nowhere) show(desk.carried.getState())
    return desk.carried.subscribe(show)
  }, [desk, flow, level, nodes])
  // A canvas that goes under the hand leaves nothing in it.
  useEffect(() => () => desk.carry(nowhere), [desk])
}

/** Nodes where the graph has them. @param before those of the last time, by id */
export function restingNodes(level: Graph, issues: readonly GraphIssue[], selected: readonly string[], stretched: Readonly<Record<string, Size>>, before: ReadonlyMap<string, FlowNode>): FlowNode[] {
  const chosen = new Set(selected)
  const counts = new Map<string, number>()
  for (const issue of issues) if (issue.nodeId !== undefined) counts.set(issue.nodeId, (counts.get(issue.nodeId) ?? 0) + 1)
  return shownGraph(level).nodes.map((node): FlowNode => {
    const old = before.get(node.id)
    if (node.type === 'group') return groupNode(level, node, chosen.has(node.id), nowhere, old)
    const count = counts.get(node.id) ?? 0
    const size = stretched[node.id] ?? editorSize(node)
    if (old?.type === 'editor' && old.data.node === node && old.data.issues === count && old.selected === chosen.has(node.id) && old.width === size.width && old.height === size.height) return old
    return { id: node.id, type: 'editor', position: node.position, data: { node, issues: count }, selected: chosen.has(node.id), draggable: !isLocked(node), ...sized(size), handles: handlesIn(node, size), ariaLabel: node.name, ...behind(node) }
  })
}

/** A note may frame what it is about: edges run over it. */
function behind({ type }: Pick<GraphNode, 'type'>): { zIndex?: number } {
  return type === 'note' ? { zIndex: -1 } : {}
}

/** Nodes with those under the hand at the places where they are just now, and the frames around them; all others are the same objects, so that a step of a drag draws no other node. */
export function nodesAt(level: Graph, resting: FlowNode[], shown: Places): FlowNode[] {
  if (Object.keys(shown).length === 0) return resting
  return resting.map((node): FlowNode => {
    if (node.type === 'frame') return groupNode(level, node.data.node, node.selected === true, shown, node)
    return Object.hasOwn(shown, node.id) ? { ...node, position: shown[node.id]! } : node
  })
}

/** A frame lies behind its members, wherever they are just now; only its title takes the hand. */
function groupNode(level: Graph, node: GraphNode, selected: boolean, shown: Places, old: FlowNode | undefined): GroupFlowNode {
  const members = membersOf(level, node)
  const collapsed = node.config.collapsed === true
  const frame = frameOf(members.map((member) => (shown[member.id] ? { ...member, position: shown[member.id]! } : member)), shown[node.id] ? { ...node, position: shown[node.id]! } : node, editorSize)
  const size = collapsed ? EDITOR_NODE : { width: frame.width, height: frame.height }
  if (old?.type === 'frame' && old.data.node === node && old.data.count === members.length && old.selected === selected && old.position.x === frame.x && old.position.y === frame.y && old.width === size.width && old.height === size.height) return old
  return {
    id: node.id, type: 'frame', position: { x: frame.x, y: frame.y }, data: { node, count: members.length }, selected, draggable: !isLocked(node), ...sized(size), handles: collapsed ? handlesOfBox(size) : [], ariaLabel: node.name,
    ...(!collapsed && { zIndex: -1, dragHandle: '.group-title', style: { pointerEvents: 'none' as const } }),
  }
}

/** The edges in the same way. */
export function useFlowEdges(level: Graph, issues: readonly GraphIssue[], selected: readonly string[]): Edge[] {
  const before = useRef(new Map<string, { of: GraphEdge; name: string; wrong: boolean; edge: Edge }>())
  const nameOf = useEdgeName(level)
  return useMemo(() => {
    const wrong = new Set(issues.flatMap((issue) => issue.edgeId ?? []))
    const chosen = new Set(selected)
    const next = shownGraph(level).edges.map((of) => {
      const old = before.current.get(of.id)
      const name = nameOf(of)
      const known = { of, name, wrong: wrong.has(of.id) }
      if (old && sameEnds(old.of, of) && old.name === name && old.wrong === known.wrong && old.edge.selected === chosen.has(of.id)) return old
      const edge: Edge = {
        id: of.id, type: 'editor', source: of.source, target: of.target, sourceHandle: sourceHandleOf(of), targetHandle: of.targetHandle ?? 'in', selected: chosen.has(of.id), ariaLabel: name,
        ...(known.wrong && { style: { stroke: 'var(--state-failed)', strokeWidth: 'var(--line)' } }),
      }
      return { ...known, edge }
    })
    before.current = new Map(next.map((known) => [known.of.id, known]))
    return next.map(({ edge }) => edge)
  }, [level, issues, selected, nameOf])
}

function sameEnds(a: GraphEdge, b: GraphEdge): boolean {
  return a.source === b.source && a.target === b.target && a.sourceHandle === b.sourceHandle && a.targetHandle === b.targetHandle
}
