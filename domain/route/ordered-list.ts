/** Items in a fixed order, found by bisection. `before` must order any two different items, and not change while they are in. */
export type OrderedList<T> = { readonly items: readonly T[]; add(item: T): void; remove(item: T): void }

export function createOrderedList<T>(before: (a: T, b: T) => boolean): OrderedList<T> {
  const items: T[] = []
  /** Where the item stands, or would stand. */
  function placeOf(item: T): number {
    let low = 0
    let high = items.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (before(items[middle] as T, item)) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    items,
    add(item) {
      const place = placeOf(item)
      if (items[place] !== item) items.splice(place, 0, item)
    },
    remove(item) {
      const place = placeOf(item)
      if (items[place] === item) items.splice(place, 1)
    },
  }
}
