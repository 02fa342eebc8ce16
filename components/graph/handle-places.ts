import { Position, type NodeHandle } from '@xyflow/react'
import type { GraphNode } from '@/domain/graph/graph'
import { inputHandles, outputHandles } from '@/domain/graph/node-types'

/** As wide and high as `NodeHandles` draws one: `size-2.5`. */
const HANDLE_PX = 10

/** How far down the box a handle lies, as a part of its height. */
export function partDown(index: number, count: number): number {
  return (index + 1) / (count + 1)
}

/** Where the handles of a node lie, in a box of this size. React Flow that is told needs to measure none of them before it draws edges. */
export function handlesIn({ type, config }: Pick<GraphNode, 'type' | 'config'>, { width, height }: { width: number; height: number }): NodeHandle[] {
  return [...onSide(inputHandles(type, config), 'target', Position.Left, 0, height), ...onSide(outputHandles(type, config), 'source', Position.Right, width, height)]
}

/** The two of a box that stands for several nodes. */
export function handlesOfBox({ width, height }: { width: number; height: number }): NodeHandle[] {
  return [...onSide([{ id: 'in' }], 'target', Position.Left, 0, height), ...onSide([{ id: 'out' }], 'source', Position.Right, width, height)]
}

function onSide(handles: readonly { id: string }[], type: NodeHandle['type'], position: Position, x: number, height: number): NodeHandle[] {
  return handles.map(({ id }, index) => ({ id, type, position, x: x - HANDLE_PX / 2, y: height * partDown(index, handles.length) - HANDLE_PX / 2, width: HANDLE_PX, height: HANDLE_PX }))
}
