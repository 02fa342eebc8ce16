'use client'

import { useMemo } from 'react'
import { useEditorStore } from './editor-context'
import { useFit } from './use-fit'

/** Brings everything, or what is selected, into sight. */
export function useZoom() {
  const store = useEditorStore()
  const fit = useFit()
  return useMemo(() => ({
    all: () => fit(),
    selection(): void {
      const { nodes, edges } = store.view.getState().selected
      const ends = store.level().edges.filter((edge) => edges.includes(edge.id)).flatMap((edge) => [edge.source, edge.target])
      const ids = [...nodes, ...ends]
      if (ids.length > 0) fit({ nodes: ids.map((id) => ({ id })), maxZoom: 1.5 })
    },
  }), [store, fit])
}
