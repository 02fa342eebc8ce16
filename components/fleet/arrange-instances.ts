import type { InstanceView } from '@/domain/route/fleet-view'

/** Time a token takes against the median instance above which FLOW begins to move runs away: domain/route/flow.ts. */
export const SLOW = 2

/** How much an instance needs a person: 0 nothing, the highest gets no calls. */
function trouble({ health, breaker, slowness = 1 }: InstanceView): number {
  if (health === 'unhealthy') return 5
  if (breaker === 'open') return 4
  if (health === 'draining') return 3
  if (breaker === 'half-open') return 2
  return slowness > SLOW ? 1 : 0
}

export const needsAttention = (instance: InstanceView): boolean => trouble(instance) > 0

const byName = new Intl.Collator('en', { numeric: true }).compare

/**
 * Those a person looks for: what needs attention first, then by name, `gpu-2` before `gpu-10`, so that cards stay where
 * they are while figures change.
 * @param search every word of it stands in the name, the address or a model
 */
export function arrangeInstances(instances: readonly InstanceView[], { search, troubled }: { search: string; troubled: boolean }): InstanceView[] {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== '')
  const found = ({ id, url, models }: InstanceView): boolean => {
    const text = [id, url, ...models].join(' ').toLowerCase()
    return words.every((word) => text.includes(word))
  }
  return instances.filter((one) => found(one) && (!troubled || needsAttention(one))).toSorted((a, b) => trouble(b) - trouble(a) || byName(a.id, b.id))
}
