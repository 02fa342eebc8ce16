/**
 * React Flow as its documentation begins, with as many nodes and edges as the address says: what the editor is measured against.
 * Its nodes have the size and the handles of the editor's, and one line of text.
 */
import { Background, Controls, Handle, MiniMap, Position, ReactFlow, useEdgesState, useNodesState, type Node, type NodeProps } from '@xyflow/react'
import { memo } from 'react'
import { createRoot } from 'react-dom/client'
import { gridEdges, gridPlaces } from './grid-graph'

const count = Number(new URLSearchParams(location.search).get('nodes') ?? 100)
const initialNodes = gridPlaces(count).map(({ id, position }) => ({ id, type: 'plain', position, data: { label: `Step ${id}` }, width: 220, height: 76, measured: { width: 220, height: 76 } }))
const initialEdges = gridEdges(count).map((edge) => ({ ...edge, sourceHandle: 'out', targetHandle: 'in' }))
const box = { boxSizing: 'border-box', width: '100%', height: '100%', padding: 8, border: '1px solid #1a192b', borderRadius: 3, background: 'white', font: '12px sans-serif' } as const

const PlainNode = memo(function PlainNode({ data: { label } }: NodeProps<Node<{ label: string }>>) {
  return (
    <div style={box}>
      <Handle id="in" type="target" position={Position.Left} />
      <Handle id="out" type="source" position={Position.Right} style={{ top: '33%' }} />
      <Handle id="error" type="source" position={Position.Right} style={{ top: '67%' }} />
      {label}
    </div>
  )
})
const nodeTypes = { plain: PlainNode }

function Plain() {
  const [nodes, , onNodesChange] = useNodesState(initialNodes)
  const [edges, , onEdgesChange] = useEdgesState(initialEdges)
  return (
    <ReactFlow nodes={nodes} edges={edges} nodeTypes={nodeTypes} onNodesChange={onNodesChange} onEdgesChange={onEdgesChange} fitView minZoom={0.1}>
      <Background />
      <Controls />
      <MiniMap />
    </ReactFlow>
  )
}

createRoot(document.getElementById('root')!).render(<Plain />)
