/** How much of a node can be read: all; its name, in letters that grow from reach to reach; nothing. */
export type Reach = 'near' | 'middle' | 'far' | 'farther' | 'outline'

/**
 * From which zoom on. At the lower end of each but the last two, its letters of a name (app/globals.css) are nine pixels high on the
 * screen; farther out no more of a name than a word has room, and from outside there nothing can be read at all.
 */
const FROM = { near: 0.69, middle: 0.45, far: 0.3, farther: 0.14 } as const satisfies Partial<Record<Reach, number>>
const REACHES = ['near', 'middle', 'far', 'farther'] as const

export function reachOf(zoom: number): Reach {
  return REACHES.find((reach) => zoom >= FROM[reach]) ?? 'outline'
}
