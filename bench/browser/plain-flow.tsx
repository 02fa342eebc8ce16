/** React Flow as its documentation begins, with as many nodes and edges as the address says: what the editor is measured against. */
import { Background, Controls, MiniMap, ReactFlow, useEdgesState, useNodesState } from '@xyflow/react'
import { createRoot } from 'react-dom/client'
import { gridEdges, gridPlaces } from './grid-graph'

const count = Number(new URLSearchParams(location.search).get('nodes') ?? 100)
const initialNodes = gridPlaces(count).map(({ id, position }) => ({ id, position, data: { label: `Step ${id}` }, width: 220, height: 76, measured: { width: 220, height: 76 } }))
const initialEdges = gridEdges(count)

function Plain() {
  const [nodes, , onNodesChange] = useNodesState(initialNodes)
  const [edges, , onEdgesChange] = useEdgesState(initialEdges)
  return (
    <ReactFlow nodes={nodes} edges={edges} onNodesChange={onNodesChange} onEdgesChange={onEdgesChange} fitView minZoom={0.1}>
      <Background />
      <Controls />
      <MiniMap />
    </ReactFlow>
  )
}

createRoot(document.getElementById('root')!).render(<Plain />)
