import type { QueuedRun, RunLimits, Turn } from '@/domain/run/admit-runs'
import type { Pause } from '@/domain/run/pause'

/** A wish for a place. `id` is the claim's own: two of one run, the old one not yet gone, are two. `placed`: it has one. */
export type PlaceClaim = { id: string; run: QueuedRun; placed: boolean }
/** What places are given by; `now`: epoch ms. */
export type PlaceRules = { limits: RunLimits; paused: ReadonlyMap<string, Pause>; now: number }

/**
 * The places in which runs work, and the one line before them, of all processes on a store.
 * S1. Who goes next comes from `admitRuns` alone, over the claims of all; two exchanges never decide at the same time.
 * S2. A claim counts only while its owner holds the lease of its run: what a dead process had is free once that ends.
 */
export type SharedPlaces = {
  /**
   * Makes `claims` all that the owner has, and gives out what is free, to whomever it is due. Said again it changes nothing;
   * a placed claim that the store has dropped, its lease having run out for a while, is taken for placed.
   * @returns which of the owner's claims have a place now, and whether others were given one
   */
  exchange(owner: string, claims: readonly PlaceClaim[], rules: PlaceRules): Promise<{ placed: string[]; others: boolean }>
  /** Who waits, first in line first. */
  line(rules: PlaceRules): Promise<Turn[]>
}
