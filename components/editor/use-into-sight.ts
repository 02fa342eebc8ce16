'use client'

import { useCallback } from 'react'
import { usePanToNode } from '@/components/graph/use-pan-to-node'
import { useDesk } from './editor-context'

/** Brings a node to where it can be seen, unless the same press asked for a fit. */
export function useIntoSight(): (nodeId: string) => void {
  const desk = useDesk()
  const panTo = usePanToNode()
  return useCallback((nodeId) => panTo(nodeId, () => desk.view.getState().aiming), [desk, panTo])
}
