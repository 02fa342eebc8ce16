/**
 * Who waits, and who was given how much of the fleet of late. A party is a workflow; runs and calls that name none go
 * by the key of their caller.
 */
import type { EpochMs } from '@/domain/json'
import type { RouteCall } from './scheduler'

export type FairSettings = {
  /** A call waits for so long before others give way to it. */
  patienceMs: number
  /** Times the waiting calls and times the service of another that make a party one that gives way. */
  moreWaiting: number
  moreGiven: number
  /** Older service counts less: half after so long. */
  halfLifeMs: number
}
export const fairDefaults: FairSettings = { patienceMs: 5_000, moreWaiting: 8, moreGiven: 2, halfLifeMs: 60_000 }

/** Parties remembered that do not wait; the one served longest ago makes room. */
const MOST_PARTIES = 1_000

export const partyOf = (call: RouteCall): string => call.party ?? call.runKey ?? ''

export function createFairShare({ patienceMs, moreWaiting, moreGiven, halfLifeMs }: FairSettings) {
  /** Calls that wait, the oldest of each party first. */
  const waiting = new Map<string, Set<RouteCall>>()
  const given = new Map<string, { tokens: number; at: EpochMs }>()

  function givenTo(party: string, now: EpochMs): number {
    const known = given.get(party)
    return known ? known.tokens * 2 ** ((known.at - now) / halfLifeMs) : 0
  }

  return {
    waits(call: RouteCall): void {
      const party = partyOf(call)
      const calls = waiting.get(party)
      if (calls) calls.add(call)
      else waiting.set(party, new Set([call]))
    },
    /** It waits no longer. */
    left(call: RouteCall): void {
      const party = partyOf(call)
      const calls = waiting.get(party)
      if (calls?.delete(call) && calls.size === 0) waiting.delete(party)
    },
    /** Its call was placed. @param tokens of work */
    took(call: RouteCall, tokens: number, now: EpochMs): void {
      const party = partyOf(call)
      const before = givenTo(party, now)
      given.delete(party)
      given.set(party, { tokens: before + tokens, at: now })
      if (given.size > MOST_PARTIES) given.delete(given.keys().next().value as string)
    },
    /**
     * Calls that have waited for too long behind a party that has far more calls waiting and was given far more: one of
     * each party, those that were given least first. And the party that is to give way to them.
     */
    overdue(now: EpochMs): { calls: readonly RouteCall[]; to: string } | undefined {
      if (waiting.size < 2) return undefined
      let crowd: [party: string, calls: Set<RouteCall>] | undefined
      for (const one of waiting) if (!crowd || one[1].size > crowd[1].size) crowd = one
      const [to, { size }] = crowd!
      if (size < moreWaiting) return undefined
      const most = givenTo(to, now)
      const owed: { call: RouteCall; given: number }[] = []
      for (const [party, calls] of waiting) {
        const [call] = calls
        if (!call || calls.size * moreWaiting > size || now - call.arrivedAt <= patienceMs) continue
        const had = givenTo(party, now)
        if (had * moreGiven < most) owed.push({ call, given: had })
      }
      return owed.length === 0 ? undefined : { calls: owed.sort((a, b) => a.given - b.given || a.call.arrivedAt - b.call.arrivedAt).map(({ call }) => call), to }
    },
  }
}
