'use client'

import { useReactFlow, type FitViewOptions } from '@xyflow/react'
import { useCallback } from 'react'
import { afterLayout } from '@/components/graph/after-layout'
import { useDesk } from './editor-context'
import { fitPadding, type FitPadding } from './fit'
import { canvasBox, panelBox } from './node-element'

/** Further out nobody reads anything. */
export const LEAST_ZOOM = 0.1

/** Brings nodes, all unless some are named, to where they can be seen: beside a panel, not beneath it. A panel that the same press opens is waited for. */
export function useFit(): (options?: Pick<FitViewOptions, 'nodes' | 'maxZoom' | 'duration'>) => void {
  const { fitView } = useReactFlow()
  const desk = useDesk()
  return useCallback((options) => {
    desk.aim(true)
    afterLayout(() => {
      void fitView({ minZoom: LEAST_ZOOM, maxZoom: 1, ...options, padding: freeOfPanel() })
      afterLayout(() => desk.aim(false))
    })
  }, [fitView, desk])
}

/** What a fit leaves free as the page is now. */
export function freeOfPanel(): FitPadding {
  return fitPadding(canvasBox() ?? { width: 0, height: 0 }, panelBox())
}
