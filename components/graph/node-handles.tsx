'use client'

import { Handle, Position, useUpdateNodeInternals } from '@xyflow/react'
import { memo, useEffect, useRef } from 'react'
import { inputHandles, outputHandles } from '@/domain/graph/node-types'
import type { GraphNode } from '@/domain/graph/graph'
import { describeType } from '@/domain/graph/value-type'
import { partDown } from './handle-places'

const place = (index: number, count: number) => ({ top: `${partDown(index, count) * 100}%` })
const dot = 'size-2.5! border-2! border-card! bg-muted-foreground!'

/** A node's typed handles. Where there are several outputs, each says its name; `namesInside`: on the node, where the gap to the next is too narrow for it; `named`: whether one is near enough to read it. */
export const NodeHandles = memo(function NodeHandles({ node, connectable, namesInside = false, named = true }: { node: GraphNode; connectable: boolean; namesInside?: boolean; named?: boolean }) {
  const inputs = inputHandles(node.type, node.config)
  const outputs = outputHandles(node.type, node.config)
  useRemeasure(node.id, [...inputs, ...outputs].map((handle) => handle.id).join())
  return (
    <>
      {inputs.map((handle, index) => (
        <Handle key={handle.id} id={handle.id} type="target" position={Position.Left} isConnectable={connectable} className={dot} style={place(index, inputs.length)} title={describeType(handle.type)} />
      ))}
      {outputs.map((handle, index) => (
        <Handle key={handle.id} id={handle.id} type="source" position={Position.Right} isConnectable={connectable} className={dot} style={place(index, outputs.length)} title={describeType(handle.type)}>
          {named && outputs.length > 1 && <span className={`pointer-events-none absolute top-1/2 -translate-y-1/2 rounded-sm px-0.5 ${namesInside ? 'node-detail right-3.5 bg-card' : 'left-3.5 bg-background'} text-2xs leading-none whitespace-nowrap text-muted-foreground`}>{handle.id}</span>}
        </Handle>
      ))}
    </>
  )
})

/** React Flow looks for a node's handles once; others draw no edge until it looks again. */
function useRemeasure(nodeId: string, handles: string): void {
  const remeasure = useUpdateNodeInternals()
  const measured = useRef(handles)
  useEffect(() => {
    if (measured.current === handles) return
    measured.current = handles
    remeasure(nodeId)
  }, [nodeId, handles, remeasure])
}
