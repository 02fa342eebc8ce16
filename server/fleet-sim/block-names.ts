/**
 * Which block has which hash: an open hash table of block numbers, looked up by the hashes that stand beside it. Engines
 * name and forget a block for every few tokens, which as entries of a Map was a quarter of a simulation's time.
 * N1. A name stands at its own slot or further on, with no empty slot between: a search ends at the first empty one.
 * N2. At most half of the slots are in use.
 */
export class BlockNames {
  private readonly hashes: Float64Array
  /** Block + 1; 0: empty. */
  private readonly slots: Int32Array
  private readonly mask: number
  private count = 0

  constructor(blocks: number) {
    this.hashes = new Float64Array(blocks).fill(-1)
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * Math.max(1, blocks))))
    this.mask = this.slots.length - 1
  }

  get size(): number {
    return this.count
  }

  /** @returns the block of that name; undefined where none has it */
  blockOf(hash: number): number | undefined {
    const entry = this.slots[this.slotOf(hash)] as number
    return entry === 0 ? undefined : entry - 1
  }

  /** @returns the block's name, below 0 where it has none */
  hashOf(block: number): number {
    return this.hashes[block] as number
  }

  /** The block must have no name, and no other block this one. */
  set(block: number, hash: number): void {
    this.slots[this.slotOf(hash)] = block + 1
    this.hashes[block] = hash
    this.count++
  }

  /** The block must have a name. */
  delete(block: number): void {
    let empty = this.slotOf(this.hashOf(block))
    this.hashes[block] = -1
    this.count--
    // N1: what stands behind the gap moves up, unless it would come before its own slot.
    for (let slot = this.after(empty); this.slots[slot] !== 0; slot = this.after(slot)) {
      const entry = this.slots[slot] as number
      const own = this.ownSlot(this.hashOf(entry - 1))
      if (((slot - own) & this.mask) < ((slot - empty) & this.mask)) continue
      this.slots[empty] = entry
      empty = slot
    }
    this.slots[empty] = 0
  }

  clear(): void {
    this.slots.fill(0)
    this.hashes.fill(-1)
    this.count = 0
  }

  /** Where the name stands, or the first empty slot. */
  private slotOf(hash: number): number {
    let slot = this.ownSlot(hash)
    for (let entry = this.slots[slot] as number; entry !== 0 && this.hashes[entry - 1] !== hash; entry = this.slots[slot] as number) slot = this.after(slot)
    return slot
  }

  /** The low bits of a hash are as good as any. */
  private ownSlot(hash: number): number {
    return hash & this.mask
  }

  private after(slot: number): number {
    return (slot + 1) & this.mask
  }
}
