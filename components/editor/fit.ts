import type { FitViewOptions } from '@xyflow/react'

/** Narrower canvases have no room to spare beside their nodes. */
const NARROW_PX = 640
const MARGIN = { wide: 64, narrow: 20 }
/** The zoom buttons lie in a row at the foot of a narrow canvas. */
const CONTROLS_PX = 64

export type FitPadding = Exclude<FitViewOptions['padding'], string | number | undefined>
type Size = { width: number; height: number }

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

/**
 * How far the plane has to move, in pixels of the screen, until what lies in a box can be seen: no further than that.
 * @param box where it lies now, from the upper left corner of the canvas
 * @param panel as in `fitPadding`
 */
export function panToSee(box: Size & { x: number; y: number }, canvas: Size, panel?: Size): { x: number; y: number } {
  const { right, bottom } = coveredBy(panel, canvas)
  return { x: wayInto(canvas.width - right, box.x, box.width), y: wayInto(canvas.height - bottom, box.y, box.height) }
}

/** Of what has no room as a whole the beginning is seen; what fills the room stays where it is. */
function wayInto(room: number, from: number, length: number): number {
  const before = MARGIN.narrow - from
  const behind = room - MARGIN.narrow - (from + length)
  if (before > 0 && behind < 0) return 0
  return before > 0 ? before : Math.max(before, Math.min(0, behind))
}

function coveredBy(panel: Size | undefined, canvas: Size): { right: number; bottom: number } {
  const across = panel !== undefined && panel.width >= canvas.width - 1
  // Of a panel that leaves next to nothing there is no saying where else.
  const right = panel && !across && panel.width < canvas.width * 0.75 ? panel.width : 0
  const bottom = panel && across && panel.height < canvas.height * 0.75 ? panel.height : 0
  return { right, bottom }
}
