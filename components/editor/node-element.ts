import type { Point } from '@/domain/graph/graph-edit'

/** Where the canvas lies on the screen. */
export function canvasBox(): DOMRect | undefined {
  return document.querySelector('[data-canvas]')?.getBoundingClientRect()
}

/** The panel that lies over the canvas, where one does. */
export function panelBox(): DOMRect | undefined {
  return document.querySelector('[data-panel]')?.getBoundingClientRect()
}

/** The bar above the canvas, on a narrow screen in three lines, and, on a wide one, the palette beside it, in pixels. */
const BAR = { wide: 49, narrow: 116 }
const PALETTE = 224
const WIDE = 768

/** About how large the canvas will be, before it is drawn. */
export function canvasToBe(): { width: number; height: number } {
  const { width, height } = document.getElementById('content')?.getBoundingClientRect() ?? { width: 0, height: 0 }
  const wide = window.innerWidth >= WIDE
  return { width: width - (wide ? PALETTE : 0), height: height - (wide ? BAR.wide : BAR.narrow) }
}

/** The middle of the canvas on the screen. */
export function canvasMiddle(): Point {
  const box = canvasBox()
  return box ? { x: box.left + box.width / 2, y: box.top + box.height / 2 } : { x: window.innerWidth / 2, y: window.innerHeight / 2 }
}

/** Where something that asks about a node, an edge or a row of the list opens. */
export function placeBeside(id: string): Point {
  const box = document.querySelector(`[data-id="${CSS.escape(id)}"]`)?.getBoundingClientRect()
  return box && box.width > 0 ? { x: Math.max(8, Math.min(box.right, window.innerWidth - 300)), y: Math.max(8, box.top) } : canvasMiddle()
}

/** The node the focus goes to once it is drawn; without one, that which is selected. */
export function focusNode(id?: string): void {
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const wanted = id === undefined ? '.react-flow__node.selected, [data-row][aria-selected="true"]' : `.react-flow__node[data-id="${CSS.escape(id)}"], [data-row][data-id="${CSS.escape(id)}"]`
    document.querySelector<HTMLElement>(wanted)?.focus()
  }))
}
