import type { Limit, RetainedKind } from '@/domain/retention/retention-policy'

/**
 * What lies beyond a limit, what stays, and the times of the first and last that would go. Bytes are those of the texts stored,
 * about: not of indices. `values`: large values that no other run holds, which would go along; their bytes are not in `bytes`.
 */
export type Excess = { count: number; stays: number; bytes: number; staysBytes: number; values?: { count: number; bytes: number }; oldest?: number; newest?: number }

/** A kind of data that grows without end. R1: what `deleteSome` has answered is gone for good. R2: an item goes whole or not at all. */
export type Retained = {
  excess(limit: Limit): Promise<Excess>
  /** Deletes the oldest beyond the limit, so few that nobody waits for it. @returns how many; 0: nothing is left to do */
  deleteSome(limit: Limit): Promise<number>
}

/**
 * Runs: only finished ones, by when they ended; one with a snapshot that a person named stays; a large value counts for the newest
 * run that holds it. Logs: lines by when they were written. Samples: whole moments, so that more than `keep` may stay.
 */
export type RetainedKinds = Record<RetainedKind, Retained>

/** What people have set, by name. */
export type SettingStore = {
  read(name: string): Promise<unknown>
  write(name: string, value: unknown): Promise<void>
}
