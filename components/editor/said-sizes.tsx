'use client'

import { useStoreApi } from '@xyflow/react'
import { useState, type ReactNode } from 'react'

/**
 * Keeps React Flow from measuring nodes that say how large they are and where their handles lie. It would look at each of them, and
 * at each handle, once they are drawn, and then draw all nodes and edges again. Stands around the canvas: its nodes' observer
 * takes what it calls from the store when it is made.
 */
export function SaidSizes({ children }: { children: ReactNode }) {
  const store = useStoreApi()
  useState(() => {
    const { updateNodeInternals: measure } = store.getState()
    store.setState({
      updateNodeInternals: (updates, params) => {
        const { nodeLookup } = store.getState()
        const unsaid = [...updates].filter(([id]) => {
          const node = nodeLookup.get(id)?.internals.userNode
          return node?.handles === undefined || node.measured === undefined
        })
        if (unsaid.length > 0) measure(new Map(unsaid), params)
      },
    })
  })
  return children
}
