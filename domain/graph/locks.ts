import { unreachable } from '@/domain/error'
import { sameJson } from '@/domain/json'
import type { Graph, GraphNode } from './graph'
import type { GraphEdit } from './graph-edit'
import { isLocked } from './node-types'

/** What of an edit is left when locked nodes are neither moved, edited nor deleted. That one is unlocked again is no edit of it. */
export function sparingLocked(graph: Graph, edit: GraphEdit): GraphEdit {
  const locked = new Map(graph.nodes.filter(isLocked).map((node) => [node.id as string, node]))
  return locked.size === 0 ? edit : spared(locked, edit)
}

type Locked = ReadonlyMap<string, GraphNode>

function spared(locked: Locked, edit: GraphEdit): GraphEdit {
  switch (edit.do) {
    case 'add':
    // A whole other graph is a decision about all of it.
    case 'replace':
      return edit
    case 'remove':
      return { ...edit, nodeIds: edit.nodeIds.filter((id) => !locked.has(id)) }
    case 'move':
      return { ...edit, positions: Object.fromEntries(Object.entries(edit.positions).filter(([id]) => !locked.has(id))) }
    case 'rename':
      return locked.has(edit.nodeId) ? nothing : edit
    case 'set-config': {
      const node = locked.get(edit.nodeId)
      return !node || sameJson({ ...node.config, locked: null }, { ...edit.config, locked: null }) ? edit : nothing
    }
    case 'put':
      return { ...edit, nodes: edit.nodes.filter((node) => !locked.has(node.id) || unlocks(locked.get(node.id)!, node)) }
    case 'several':
      return { ...edit, edits: edit.edits.map((one) => spared(locked, one)) }
    default:
      return unreachable(edit)
  }
}

const nothing: GraphEdit = { do: 'several', edits: [] }

function unlocks(before: GraphNode, after: GraphNode): boolean {
  return before.type === after.type && before.name === after.name && sameJson({ ...before.config, locked: null }, { ...after.config, locked: null })
}
