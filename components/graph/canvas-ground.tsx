'use client'

import { Background, useStore } from '@xyflow/react'
import { useEffect } from 'react'
import { reachOf } from './reach'

/** Dots of the ground are so far apart, on the plane; far out every fifth is enough. */
const GAP = 20

/**
 * The ground of a canvas, which also tells it how far out it is seen from: where letters are too small to read, nodes show their
 * names alone, and further out their outlines. Most of the work of a frame is to paint texts.
 */
export function CanvasGround() {
  const reach = useStore(({ transform }) => reachOf(transform[2]))
  const canvas = useStore(({ domNode }) => domNode)
  useEffect(() => {
    if (canvas) canvas.dataset.reach = reach
  }, [canvas, reach])
  return <Background gap={reach === 'near' ? GAP : GAP * 5} />
}
