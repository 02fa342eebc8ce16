/** New ids and chance, handed in so that tests repeat. */
export type Ids = {
  /** `run` → `run_01J…`: unique, and later ids sort after earlier ones. */
  next(prefix: string): string
  /** What nobody can guess: 256 bits of chance, as 43 letters of base64url. */
  secret(): string
  /** In [0, 1). */
  random(): number
}
