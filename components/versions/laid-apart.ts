import type { ComparedNode } from '@/domain/graph/compare-graphs'
import type { Point } from '@/domain/graph/graph-edit'

const GAP = 16

/** Places for both graphs in one picture: what is gone makes room for what now stands there. */
export function laidApart(nodes: readonly ComparedNode[], size: { width: number; height: number }): Record<string, Point> {
  const places: Record<string, Point> = Object.create(null) as Record<string, Point>
  const taken: Point[] = []
  const covers = (place: Point) => (other: Point) => Math.abs(place.x - other.x) < size.width && Math.abs(place.y - other.y) < size.height
  for (const wave of [false, true]) {
    for (const { node, change } of nodes) {
      if ((change === 'removed') !== wave) continue
      let place = node.position
      for (let below = taken.find(covers(place)); wave && below; below = taken.find(covers(place))) place = { x: place.x, y: below.y + size.height + GAP }
      places[node.id] = place
      taken.push(place)
    }
  }
  return places
}
