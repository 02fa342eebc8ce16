import { admitRuns } from '@/domain/run/admit-runs'
import type { RunId } from '@/domain/run/run-event'
import type { PlaceClaim, PlaceRules, SharedPlaces } from '@/server/ports/shared-places'

/** Places beside leases in memory. @param holds whether the owner has the lease of the run */
export function createMemorySharedPlaces(holds: (runId: RunId, owner: string) => boolean): SharedPlaces {
  const claims = new Map<string, PlaceClaim & { owner: string }>()
  const valid = () => [...claims.values()].filter(({ run, owner }) => holds(run.id as RunId, owner))
  const admission = (rules: PlaceRules) => {
    const all = valid()
    return admitRuns(all.filter(({ placed }) => !placed).map(({ run }) => run), all.filter(({ placed }) => placed).map(({ run }) => run), rules.limits, rules.paused, rules.now)
  }
  return {
    exchange: async (owner, all, rules) => {
      const wanted = new Set(all.map(({ id }) => id))
      for (const [id, claim] of claims) if (!holds(claim.run.id as RunId, claim.owner) || (claim.owner === owner && !wanted.has(id))) claims.delete(id)
      for (const claim of all) if (!claims.has(claim.id)) claims.set(claim.id, { ...claim, owner })
      const starting = new Set(admission(rules).start)
      let others = false
      for (const claim of valid()) {
        if (claim.placed || !starting.delete(claim.run.id)) continue
        claim.placed = true
        others ||= claim.owner !== owner
      }
      return { placed: valid().flatMap((claim) => (claim.placed && claim.owner === owner ? [claim.id] : [])), others }
    },
    line: async (rules) => admission(rules).waiting,
  }
}
