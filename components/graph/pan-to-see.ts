export type Size = { width: number; height: number }

const MARGIN_PX = 20

/**
 * How far the plane has to move, in pixels of the screen, until what lies in a box can be seen: no further than that.
 * @param box where it lies now, from the upper left corner of the canvas
 * @param panel the part of the canvas that a panel covers, at its right or at its foot
 */
export function panToSee(box: Size & { x: number; y: number }, canvas: Size, panel?: Size): { x: number; y: number } {
  const { right, bottom } = coveredBy(panel, canvas)
  return { x: wayInto(canvas.width - right, box.x, box.width), y: wayInto(canvas.height - bottom, box.y, box.height) }
}

/** Of what has no room as a whole the beginning is seen; what fills the room stays where it is. */
function wayInto(room: number, from: number, length: number): number {
  const before = MARGIN_PX - from
  const behind = room - MARGIN_PX - (from + length)
  if (before > 0 && behind < 0) return 0
  return before > 0 ? before : Math.max(before, Math.min(0, behind))
}

/** How much of a canvas a panel covers, in pixels. */
export function coveredBy(panel: Size | undefined, canvas: Size): { right: number; bottom: number } {
  const across = panel !== undefined && panel.width >= canvas.width - 1
  // Of a panel that leaves next to nothing there is no saying where else.
  const right = panel && !across && panel.width < canvas.width * 0.75 ? panel.width : 0
  const bottom = panel && across && panel.height < canvas.height * 0.75 ? panel.height : 0
  return { right, bottom }
}
