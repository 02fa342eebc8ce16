'use client'

import { useReactFlow, useStoreApi } from '@xyflow/react'
import { useCallback, useRef } from 'react'
import { afterLayout } from './after-layout'
import { panToSee } from './pan-to-see'

const PAN_MS = 200
const never = (): boolean => false

/**
 * Brings a node to where it can be seen, at the zoom that is: it may lie beneath the panel (`data-panel`) that tells of it. Whoever
 * moves the canvas meanwhile has the say.
 * @returns takes the node, and what else has the say then
 */
export function usePanToNode(): (nodeId: string, isTaken?: () => boolean) => void {
  const { getViewport, setViewport, getInternalNode } = useReactFlow()
  const flow = useStoreApi()
  const asked = useRef(0)
  const panningUntilMs = useRef(0)
  return useCallback((nodeId, isTaken = never) => {
    const request = ++asked.current
    const before = getViewport()
    afterLayout(() => {
      const { x, y, zoom } = getViewport()
      const movedByHand = (x !== before.x || y !== before.y || zoom !== before.zoom) && performance.now() > panningUntilMs.current
      const node = getInternalNode(nodeId)
      const canvas = flow.getState().domNode?.getBoundingClientRect()
      if (!node || !canvas || request !== asked.current || movedByHand || isTaken()) return
      const { internals: { positionAbsolute: at }, measured: { width = 0, height = 0 } } = node
      const panel = document.querySelector('[data-panel]')?.getBoundingClientRect()
      const way = panToSee({ x: at.x * zoom + x, y: at.y * zoom + y, width: width * zoom, height: height * zoom }, canvas, panel)
      if (way.x === 0 && way.y === 0) return
      const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches
      if (!still) panningUntilMs.current = performance.now() + PAN_MS
      void setViewport({ x: x + way.x, y: y + way.y, zoom }, still ? {} : { duration: PAN_MS })
    })
  }, [flow, getViewport, setViewport, getInternalNode])
}
