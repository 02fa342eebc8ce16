import { AppWindow, Bot, Braces, CodeXml, Combine, Frame, GitBranch, Globe, Hand, ListTree, LogIn, LogOut, MessageSquare, Plug, StickyNote, Workflow, type LucideIcon } from 'lucide-react'
import type { GraphNode, NodeType } from '@/domain/graph/graph'

/** One icon per node type, in editor, palette and run alike. */
export const NODE_ICON: Record<NodeType, LucideIcon> = {
  input: LogIn, agent: Bot, http: Globe, mcp: Plug, browser: AppWindow, python: CodeXml, transform: Braces, condition: GitBranch, map: ListTree, merge: Combine, approval: Hand, message: MessageSquare, subworkflow: Workflow, output: LogOut, note: StickyNote, group: Frame,
}

/** Sizes are given, not measured: the canvas need not lay out every node before it can draw edges. */
export const EDITOR_NODE = { width: 220, height: 76 }
export const RUN_NODE = { width: 248, height: 132 }
export const NOTE_NODE = { width: 220, height: 110 }

/** The size of a node on the drawing board. */
export function editorSize({ type, config }: GraphNode): { width: number; height: number } {
  if (type !== 'note') return EDITOR_NODE
  return { width: typeof config.width === 'number' ? config.width : NOTE_NODE.width, height: typeof config.height === 'number' ? config.height : NOTE_NODE.height }
}

/** A node's size, said to React Flow as measured too: without that it forgets where the handles are, and with them all edges, at every change of the node. */
export function sized(size: { width: number; height: number }): { width: number; height: number; measured: { width: number; height: number } } {
  return { ...size, measured: size }
}
