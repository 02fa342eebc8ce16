import type { EpochMs } from '@/domain/json'

/** The call that a reader came from: `?instance=URL&at=TIME`. */
export type AskedCall = { instance: string; at: EpochMs }

const MOST_CHARACTERS = 500

/** Anything else than the two together is none. */
export function callOfAddress({ instance, at }: Record<string, string | string[] | undefined>): AskedCall | undefined {
  if (typeof instance !== 'string' || instance === '' || instance.length > MOST_CHARACTERS || typeof at !== 'string') return undefined
  const ms = Date.parse(at)
  return Number.isNaN(ms) ? undefined : { instance, at: ms }
}
