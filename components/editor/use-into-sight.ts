'use client'

import { useReactFlow } from '@xyflow/react'
import { useCallback } from 'react'
import { useDesk } from './editor-context'
import { panToSee } from './fit'
import { canvasBox, panelBox } from './node-element'
import { afterLayout } from './use-fit'

const PAN_MS = 200

/**
 * Brings a node to where it can be seen, at the zoom that is: it may lie beneath the panel that tells of it. Whoever moves the canvas
 * meanwhile has the say, and so has a fit that the same press asked for.
 */
export function useIntoSight(): (nodeId: string) => void {
  const { getViewport, setViewport, getInternalNode } = useReactFlow()
  const desk = useDesk()
  return useCallback((nodeId) => {
    const before = getViewport()
    afterLayout(() => {
      const { x, y, zoom } = getViewport()
      const node = getInternalNode(nodeId)
      const canvas = canvasBox()
      if (!node || !canvas || desk.view.getState().aiming || x !== before.x || y !== before.y || zoom !== before.zoom) return
      const { internals: { positionAbsolute: at }, measured: { width = 0, height = 0 } } = node
      const way = panToSee({ x: at.x * zoom + x, y: at.y * zoom + y, width: width * zoom, height: height * zoom }, canvas, panelBox())
      if (way.x === 0 && way.y === 0) return
      const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches
      void setViewport({ x: x + way.x, y: y + way.y, zoom }, still ? {} : { duration: PAN_MS })
    })
  }, [desk, getViewport, setViewport, getInternalNode])
}
