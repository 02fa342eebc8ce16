import type { FitViewOptions } from '@xyflow/react'
import { coveredBy, type Size } from '@/components/graph/pan-to-see'

/** Narrower canvases have no room to spare beside their nodes. */
const NARROW_PX = 640
const MARGIN = { wide: 64, narrow: 20 }
/** The zoom buttons lie in a row at the foot of a narrow canvas. */
const CONTROLS_PX = 64

export type FitPadding = Exclude<FitViewOptions['padding'], string | number | undefined>

/**
 * What to leave free around the nodes so that they come to lie where they can be seen: a panel over the canvas hides what is
 * behind it. On a wide canvas the margin is larger than the strip in which React Flow begins to pan by itself, so that an edge
 * drawn to the outermost handle moves nothing.
 * @param panel the part of the canvas that a panel covers, at its right or at its foot
 */
export function fitPadding(canvas: Size, panel?: Size): FitPadding {
  const narrow = canvas.width < NARROW_PX
  const margin = narrow ? MARGIN.narrow : MARGIN.wide
  const { right, bottom } = coveredBy(panel, canvas)
  return { top: `${margin}px`, left: `${margin}px`, right: `${margin + right}px`, bottom: `${(narrow && bottom === 0 ? CONTROLS_PX : margin) + bottom}px` }
}
