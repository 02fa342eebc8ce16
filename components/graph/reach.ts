/** How much of a node can be read: all, its name in large letters, nothing. */
export type Reach = 'near' | 'far' | 'outline'

/** Below these zooms the letters of a node's text, and those of its name when they are drawn larger, are less than four pixels high. */
const FAR = 0.3
const OUTLINE = 0.14

export function reachOf(zoom: number): Reach {
  if (zoom >= FAR) return 'near'
  return zoom >= OUTLINE ? 'far' : 'outline'
}
