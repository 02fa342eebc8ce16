import { describe, expect, it } from 'vitest'
import { closedBreaker } from '@/domain/route/breaker'
import type { InstanceState } from '@/domain/route/instance-state'
import { applyScrape } from './scraped-figures'

const state = (inFlight: number): InstanceState => ({ id: 'i', url: 'http://i', models: [], health: 'healthy', breaker: closedBreaker, inFlight, external: 0 })

describe('calls of others at an instance', () => {
  it.each([
    { told: 5, before: 2, now: 2, external: 3, why: 'what is there beyond the own ones' },
    { told: 8, before: 8, now: 1, external: 0, why: 'own calls that ended while the answer was on its way are nobody else’s' },
    { told: 8, before: 1, now: 8, external: 0, why: 'nor are those that came meanwhile' },
    { told: 0, before: 4, now: 4, external: 0, why: 'own calls that have not arrived yet are no less than none' },
  ])('$told told, $before own at the asking, $now now: $external; $why', ({ told, before, now, external }) => {
    const one = state(now)
    applyScrape(one, undefined, { running: told, waiting: 0 }, before)
    expect(one.external).toBe(external)
  })
})
