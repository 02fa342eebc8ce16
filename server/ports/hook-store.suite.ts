import { beforeEach, describe, expect, it } from 'vitest'
import { emptyGraph } from '@/domain/graph/graph'
import type { Delivery, Hook } from '@/domain/trigger/hook'
import { KEPT_DELIVERIES, type HookStore } from './hook-store'
import type { WorkflowStore } from './workflow-store'

const hook = (id: string, change: Partial<Hook> = {}): Hook => ({
  id, workflowId: 'wf_a', name: '깃허브', version: null, priority: 5, secretHash: 'h', secretEnd: 'abcd', enabled: true, waitMs: 0, perMinute: 60, maxBytes: 1_000, createdAt: 1, updatedAt: 1, ...change,
})
const delivery = (id: string, receivedAt: number, change: Partial<Delivery> = {}): Delivery => ({
  id, hookId: 'hook_a', deliveryId: null, receivedAt, bytes: 2, status: 202, code: null, message: null, runId: 'run_a', ...change,
})

/** What every HookStore promises. `make` gives an empty one, and the workflows it belongs to. */
export function hookStoreSuite(name: string, make: () => Promise<{ hooks: HookStore; workflows: WorkflowStore }>): void {
  describe(`HookStore: ${name}`, () => {
    let store: HookStore
    let workflows: WorkflowStore
    beforeEach(async () => {
      ;({ hooks: store, workflows } = await make())
      for (const id of ['wf_a', 'wf_b']) await workflows.create({ id, name: id, description: '', graph: emptyGraph, now: 1 })
    })

    it('gives back what was created, changes what is named, and removes', async () => {
      const all = [hook('hook_b', { version: 2 }), hook('hook_a', { createdAt: 2, version: 'draft' }), hook('hook_c', { workflowId: 'wf_b' })]
      for (const one of all) await store.create(one)
      for (const one of all) expect(await store.find(one.id)).toEqual(one)
      expect(await store.list('wf_a')).toEqual([all[0], all[1]])
      await expect(store.create(all[0]!)).rejects.toThrow()
      await expect(store.create(hook('hook_d', { workflowId: 'wf_none' }))).rejects.toThrow()
      const change = { enabled: false, secretHash: 'new', version: null }
      expect(await store.update('hook_a', change)).toEqual({ ...all[1], ...change })
      expect(await store.find('hook_a')).toEqual({ ...all[1], ...change })
      expect(await store.update('hook_none', change)).toBeUndefined()
      expect(await store.remove('hook_a')).toBe(true)
      expect(await store.remove('hook_a')).toBe(false)
      expect(await store.find('hook_a')).toBeUndefined()
    })

    it('keeps the newest deliveries of each kind', async () => {
      await store.create(hook('hook_a'))
      await store.create(hook('hook_b'))
      const refused = { status: 401, code: 'WRONG_SECRET', message: 'no', runId: null, deliveryId: 'd' }
      await store.record(delivery('good', 1))
      for (let at = 1; at <= KEPT_DELIVERIES + 2; at++) await store.record(delivery(`r${String(at).padStart(2, '0')}`, at, refused))
      await store.record(delivery('other', 99, { hookId: 'hook_b' }))
      const kept = await store.deliveries('hook_a', 1_000)
      expect(kept).toHaveLength(KEPT_DELIVERIES + 1)
      expect(kept[0]).toEqual(delivery(`r${KEPT_DELIVERIES + 2}`, KEPT_DELIVERIES + 2, refused))
      expect(kept.at(-1)).toEqual(delivery('good', 1))
      expect(await store.deliveries('hook_a', 2)).toEqual(kept.slice(0, 2))
    })

    it('goes with its workflow; what is delivered at that moment is dropped', async () => {
      await store.create(hook('hook_a'))
      await store.record(delivery('a', 1))
      await workflows.remove('wf_a')
      await store.record(delivery('b', 2))
      expect(await store.find('hook_a')).toBeUndefined()
      expect(await store.deliveries('hook_a', 10)).toEqual([])
    })
  })
}
