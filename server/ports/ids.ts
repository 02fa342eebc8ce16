/** New ids and chance, handed in so that tests repeat. */
export type Ids = {
  /** `run` → `run_01J…`: unique, and later ids sort after earlier ones. */
  next(prefix: string): string
  /** In [0, 1). */
  random(): number
}
