import { BlockNames } from './block-names'

/**
 * The KV blocks of one instance, with the prefix cache over them.
 *
 * B1. A block is held (refs > 0) or in the free queue, never both.
 * B2. A free block keeps its hash, so it can be found again until it is handed out anew.
 * B3. The free queue is ordered by time of release: its head is the least recently used.
 * @see https://docs.vllm.ai/en/latest/design/prefix_caching.html
 */
export class BlockCache {
  private readonly refs: Int32Array
  private readonly next: Int32Array
  private readonly previous: Int32Array
  private readonly names: BlockNames
  /** The sentinel's index: its `next` is the head of the free queue, its `previous` the tail. */
  private readonly end: number
  private free: number
  /** Told of each name that is forgotten. */
  onForget: ((hash: number) => void) | undefined
  /** Told when all names are. */
  onReset: (() => void) | undefined

  constructor(readonly blocks: number) {
    this.refs = new Int32Array(blocks)
    this.names = new BlockNames(blocks)
    this.next = Int32Array.from({ length: blocks + 1 }, (_, i) => (i === blocks ? 0 : i + 1))
    this.previous = Int32Array.from({ length: blocks + 1 }, (_, i) => (i === 0 ? blocks : i - 1))
    this.end = blocks
    this.free = blocks
  }

  get freeBlocks(): number {
    return this.free
  }

  get heldBlocks(): number {
    return this.blocks - this.free
  }

  /** Blocks that a later request could find, held or not. */
  get cachedBlocks(): number {
    return this.names.size
  }

  /** Share of the blocks that running requests hold, 0 to 1. */
  get usage(): number {
    return this.blocks === 0 ? 0 : this.heldBlocks / this.blocks
  }

  /** The longest run of the first `count` hashes that is in the cache, as blocks. Takes nothing. */
  match(hashes: readonly number[], count = hashes.length): number[] {
    const found: number[] = []
    for (let i = 0; i < count; i++) {
      const block = this.names.blockOf(hashes[i] as number)
      if (block === undefined) break
      found.push(block)
    }
    return found
  }

  /** How many of these blocks are in the free queue, and so would leave it when taken. */
  countFree(blocks: readonly number[]): number {
    let count = 0
    for (const block of blocks) if (this.refs[block] === 0) count++
    return count
  }

  /** Holds blocks found by `match`. */
  hold(blocks: readonly number[]): void {
    for (const block of blocks) {
      if (this.refs[block] === 0) this.unlink(block)
      this.refs[block] = (this.refs[block] as number) + 1
    }
  }

  /** Hands out `count` blocks from the head of the free queue, forgetting what they held; undefined if too few are free. */
  allocate(count: number): number[] | undefined {
    if (count > this.free) return undefined
    const taken: number[] = []
    for (let i = 0; i < count; i++) {
      const block = this.next[this.end] as number
      this.unlink(block)
      this.forget(block)
      this.refs[block] = 1
      taken.push(block)
    }
    return taken
  }

  /** Names a full block, so that it can be found. A second block of the same content stays unnamed: false. */
  seal(block: number, hash: number): boolean {
    if (this.names.blockOf(hash) !== undefined) return false
    this.forget(block)
    this.names.set(block, hash)
    return true
  }

  /** Lets a request's blocks go, its last block first: the end of a prefix is evicted before its beginning. */
  release(blocks: readonly number[]): void {
    for (let i = blocks.length - 1; i >= 0; i--) {
      const block = blocks[i] as number
      const left = (this.refs[block] as number) - 1
      this.refs[block] = left
      if (left === 0) this.append(block)
    }
  }

  /** Forgets every cached prefix, as POST /reset_prefix_cache does; false while blocks are held. */
  reset(): boolean {
    if (this.heldBlocks > 0) return false
    this.names.clear()
    this.onReset?.()
    return true
  }

  private forget(block: number): void {
    const hash = this.names.hashOf(block)
    if (hash < 0) return
    this.names.delete(block)
    this.onForget?.(hash)
  }

  private unlink(block: number): void {
    const before = this.previous[block] as number
    const after = this.next[block] as number
    this.next[before] = after
    this.previous[after] = before
    this.free--
  }

  private append(block: number): void {
    const tail = this.previous[this.end] as number
    this.next[tail] = block
    this.previous[block] = tail
    this.next[block] = this.end
    this.previous[this.end] = block
    this.free++
  }
}
