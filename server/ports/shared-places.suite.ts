import { beforeEach, describe, expect, it } from 'vitest'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import type { RunLeases } from './run-leases'
import type { RunLog } from './run-log'
import type { PlaceClaim, PlaceRules, SharedPlaces } from './shared-places'

type Parts = { places: SharedPlaces; leases: RunLeases; log: RunLog; /** Lets this much of every lease go by. */ pass(ms: number): Promise<void> }

/** What every SharedPlaces promises, together with the leases that its claims hang on. */
export function sharedPlacesSuite(name: string, make: () => Promise<Parts>): void {
  describe(`SharedPlaces: ${name}`, () => {
    const TTL = 10_000
    let parts: Parts
    beforeEach(async () => void (parts = await make()))

    const rules = (total: number, more: Partial<PlaceRules['limits']> = {}): PlaceRules => ({ limits: { total, perWorkflow: Infinity, perModel: {}, ...more }, paused: new Map(), now: 1_000 })
    /** A run that this owner has and wants a place for; the claim has its name. */
    const claim = async (owner: string, id: string, { workflowId = 'w', priority = 5, queuedAt = 0, models = [] as string[] } = {}) => {
      const runId = `run_${id}` as RunId
      await parts.log.append(runId, [{ type: 'run.queued', workflowId, workflowName: 'W', version: 'draft', graphHash: 'h', input: {}, priority }], 0, (events) => foldRun(emptyRun, events))
      const lease = await parts.leases.acquire(runId, owner, TTL)
      return { lease: lease!, ask: { id, run: { id: runId, workflowId, models, priority, queuedAt, begun: false } } }
    }
    /** What each owner has, as its process would know it. */
    const known = new Map<string, PlaceClaim[]>()
    beforeEach(() => known.clear())
    const exchange = async (owner: string, limits: PlaceRules, asks: readonly Awaited<ReturnType<typeof claim>>[] = [], leaves: string[] = []) => {
      const all = [...(known.get(owner) ?? []), ...asks.map(({ ask }) => ({ ...ask, placed: false }))].filter(({ id }) => !leaves.includes(id))
      known.set(owner, all)
      const answer = await parts.places.exchange(owner, all, limits)
      for (const one of all) one.placed ||= answer.placed.includes(one.id)
      return answer
    }
    const idsOf = async (limits: PlaceRules) => (await parts.places.line(limits)).map(({ id, reason }) => `${id} ${reason}`)

    it('keeps the limits over all owners, and gives on what is left to whoever is first in line', async () => {
      const [a, b, c] = [await claim('p', 'a'), await claim('q', 'b', { queuedAt: 1 }), await claim('p', 'c', { queuedAt: 2 })]
      expect(await exchange('p', rules(1), [a, c])).toEqual({ placed: ['a'], others: false })
      expect(await exchange('q', rules(1), [b])).toEqual({ placed: [], others: false })
      expect(await idsOf(rules(1))).toEqual(['run_b total', 'run_c total'])
      expect(await exchange('p', rules(1), [], ['a'])).toEqual({ placed: [], others: true })
      expect(await exchange('q', rules(1))).toEqual({ placed: ['b'], others: false })
      expect(await idsOf(rules(1))).toEqual(['run_c total'])
    })

    it('goes by priority and age across owners, and by the limits of workflows and models', async () => {
      const held = await claim('p', 'held', { models: ['m'] })
      await exchange('p', rules(1), [held])
      const [late, early] = [await claim('p', 'late', { queuedAt: 900 }), await claim('q', 'early', { queuedAt: 100 })]
      const urgent = await claim('q', 'urgent', { priority: 9, queuedAt: 950 })
      await exchange('p', rules(1), [late])
      await exchange('q', rules(1), [early, urgent])
      expect(await idsOf(rules(1))).toEqual(['run_urgent total', 'run_early total', 'run_late total'])
      expect(await idsOf(rules(9, { perWorkflow: 1 }))).toEqual(['run_urgent workflow', 'run_early workflow', 'run_late workflow'])
      const asksModel = await claim('q', 'asks', { workflowId: 'other', models: ['m'] })
      const asksNone = await claim('q', 'none', { workflowId: 'other' })
      expect(await exchange('q', rules(9, { perWorkflow: 1, perModel: { m: 1 } }), [asksModel, asksNone])).toEqual({ placed: ['none'], others: false })
      expect(await parts.places.line({ ...rules(9), paused: new Map([['w', 'all']]) })).toMatchObject([{ id: 'run_urgent', reason: 'paused' }, { reason: 'paused' }, { reason: 'paused' }])
    })

    it('counts a claim only while its owner holds the lease', async () => {
      const [dead, next] = [await claim('dead', 'a'), await claim('p', 'b')]
      await exchange('dead', rules(1), [dead])
      expect(await exchange('p', rules(1), [next])).toEqual({ placed: [], others: false })
      await parts.pass(TTL - 1_000)
      await parts.leases.renew([next.lease], TTL)
      expect(await exchange('p', rules(1))).toEqual({ placed: [], others: false })
      await parts.pass(2_000)
      expect(await exchange('p', rules(1))).toEqual({ placed: ['b'], others: false })
      // The one that was frozen has no say any more, also where it still asks.
      expect(await exchange('dead', rules(9))).toEqual({ placed: [], others: false })
      expect(await exchange('p', rules(1))).toEqual({ placed: ['b'], others: false })
    })

    it('takes for placed what has worked on through a gap in its lease', async () => {
      const [a, b] = [await claim('p', 'a'), await claim('q', 'b')]
      await exchange('p', rules(1), [a])
      await parts.pass(TTL + 1)
      await exchange('q', rules(9))
      await parts.leases.renew([a.lease, b.lease], TTL)
      expect(await exchange('q', rules(9), [b])).toEqual({ placed: ['b'], others: false })
      expect(await exchange('p', rules(1))).toEqual({ placed: ['a'], others: false })
    })

    it('never gives out more than there is, however many ask at once', async () => {
      const claims = await Promise.all(Array.from({ length: 12 }, (_, index) => claim(`p${index % 4}`, `r${index}`)))
      await Promise.all([0, 1, 2, 3].map((index) => exchange(`p${index}`, rules(5), claims.filter((_, at) => at % 4 === index))))
      const placed = await Promise.all([0, 1, 2, 3].map((index) => exchange(`p${index}`, rules(5))))
      expect(placed.flatMap((one) => one.placed)).toHaveLength(5)
      expect(await parts.places.line(rules(5))).toHaveLength(7)
    })
  })
}
