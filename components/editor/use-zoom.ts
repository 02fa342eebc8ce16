'use client'

import { useReactFlow } from '@xyflow/react'
import { useMemo } from 'react'
import { useEditorStore } from './editor-context'

/** Brings everything, or what is selected, into sight. */
export function useZoom() {
  const store = useEditorStore()
  const { fitView } = useReactFlow()
  return useMemo(() => ({
    all: () => void fitView({ padding: 0.1, maxZoom: 1 }),
    selection(): void {
      const { nodes, edges } = store.view.getState().selected
      const ends = store.level().edges.filter((edge) => edges.includes(edge.id)).flatMap((edge) => [edge.source, edge.target])
      const ids = [...nodes, ...ends]
      if (ids.length > 0) void fitView({ nodes: ids.map((id) => ({ id })), padding: 0.2, maxZoom: 1.5 })
    },
  }), [store, fitView])
}
