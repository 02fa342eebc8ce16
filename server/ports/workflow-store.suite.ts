import { beforeEach, describe, expect, it } from 'vitest'
import { GraphNode, emptyGraph } from '@/domain/graph/graph'
import { DEFAULT_SNAPSHOTS } from '@/domain/run/snapshot-policy'
import { LONGEST_OPERATION, OPERATIONS_KEPT, StaleRevision, UnknownWorkflow, type NewOperation, type WorkflowStore } from './workflow-store'

const graph = { nodes: [GraphNode.parse({ id: 'n', type: 'input', name: 'In', position: { x: 0, y: 1 } })], edges: [] }

/** What every WorkflowStore promises. `make` gives an empty one. */
export function workflowStoreSuite(name: string, make: () => Promise<WorkflowStore>): void {
  describe(`WorkflowStore: ${name}`, () => {
    let store: WorkflowStore
    beforeEach(async () => {
      store = await make()
    })
    const create = (id: string, now = 1_000, name = id) => store.create({ id, name, description: '', graph: emptyGraph, now })

    it('keeps how runs of a workflow are snapshotted, beside the draft', async () => {
      await store.create({ id: 'wf_s', name: 'S', description: '', graph: emptyGraph, now: 1 })
      expect(await store.snapshots('wf_s')).toEqual(DEFAULT_SNAPSHOTS)
      const policy = { mode: 'every-n', steps: 5, keep: 3 } as const
      expect(await store.setSnapshots('wf_s', policy)).toBe(true)
      expect(await store.snapshots('wf_s')).toEqual(policy)
      expect(await store.find('wf_s')).toMatchObject({ revision: 1, updatedAt: 1 })
      expect(await store.setSnapshots('wf_none', policy)).toBe(false)
      expect(await store.snapshots('wf_none')).toEqual(DEFAULT_SNAPSHOTS)
    })

    it('gives back what was created', async () => {
      const created = await store.create({ id: 'wf_a', name: 'A', description: 'd', graph, now: 1_000 })
      expect(created).toEqual({ id: 'wf_a', name: 'A', description: 'd', graph, revision: 1, latestVersion: null, paused: null, createdAt: 1_000, updatedAt: 1_000 })
      expect(await store.find('wf_a')).toEqual(created)
      expect(await store.find('wf_b')).toBeUndefined()
      await expect(create('wf_a')).rejects.toThrow()
    })

    it('changes only what is named, and only on the current revision', async () => {
      await create('wf_a')
      const changed = await store.update('wf_a', { graph }, 1, 2_000)
      expect(changed).toMatchObject({ name: 'wf_a', graph, revision: 2, createdAt: 1_000, updatedAt: 2_000 })
      await expect(store.update('wf_a', { name: 'late' }, 1, 3_000)).rejects.toBeInstanceOf(StaleRevision)
      expect(await store.find('wf_a')).toEqual(changed)
      expect(await store.update('wf_none', { name: 'x' }, 1, 3_000)).toBeUndefined()
    })

    it('lets one of two writers win', async () => {
      await create('wf_a')
      const answers = await Promise.allSettled(['x', 'y'].map((name) => store.update('wf_a', { name }, 1, 2_000)))
      expect(answers.map((answer) => answer.status).sort()).toEqual(['fulfilled', 'rejected'])
    })

    it('keeps what made each revision, and tells what is behind one', async () => {
      await create('wf_a')
      const renamed = (id: string, from: string, to: string): NewOperation => ({ id, change: { name: { from, to }, graph: { nodes: [], edges: [] } } })
      const both = [renamed('w:1', 'wf_a', 'x'), renamed('w:2', 'x', 'y')]
      expect(await store.update('wf_a', { name: 'y' }, 1, 2_000, both)).toMatchObject({ revision: 3, name: 'y' })
      await store.update('wf_a', { graph }, 3, 3_000)
      await expect(store.update('wf_a', { name: 'z' }, 3, 3_000, both)).rejects.toBeInstanceOf(StaleRevision)
      expect(await store.operationsAfter('wf_a', 1)).toEqual([{ ...both[0], revision: 2 }, { ...both[1], revision: 3 }, { id: '', change: null, revision: 4 }])
      expect((await store.operationsAfter('wf_a', 3)).map(({ revision }) => revision)).toEqual([4])
      expect(await store.operationsAfter('wf_none', 0)).toEqual([])
      await store.remove('wf_a')
      expect(await store.operationsAfter('wf_a', 0)).toEqual([])
    })

    it('keeps so many of the newest, and none that is too long', async () => {
      await create('wf_a')
      const many = Array.from({ length: OPERATIONS_KEPT + 5 }, (_, index): NewOperation => ({ id: `w:${index}`, change: { graph: { nodes: [], edges: [] } } }))
      await store.update('wf_a', {}, 1, 2_000, many)
      await store.update('wf_a', {}, OPERATIONS_KEPT + 6, 3_000, [{ id: 'long', change: { description: { from: '', to: 'x'.repeat(LONGEST_OPERATION) }, graph: { nodes: [], edges: [] } } }])
      const kept = await store.operationsAfter('wf_a', 0)
      expect([kept.length, kept[0]?.revision, kept.at(-1)]).toEqual([OPERATIONS_KEPT, 8, { revision: OPERATIONS_KEPT + 7, id: 'long', change: null }])
    })

    it('lists the newest change first, by pages, and searches in any case', async () => {
      for (const [index, id] of ['wf_a', 'wf_b', 'wf_c'].entries()) await create(id, 1_000 + index, `Name 한 ${id}`)
      await store.update('wf_a', { description: 'Über 100%' }, 1, 5_000)
      const first = await store.list({ limit: 2 })
      expect(first.items.map((item) => item.id)).toEqual(['wf_a', 'wf_c'])
      expect((await store.list({ limit: 2, cursor: first.nextCursor! })).items.map((item) => item.id)).toEqual(['wf_b'])
      expect((await store.list({ search: 'NAME 한 WF_B' })).items.map((item) => item.id)).toEqual(['wf_b'])
      expect((await store.list({ search: 'über' })).items.map((item) => item.id)).toEqual(['wf_a'])
      expect((await store.list({ search: '100%' })).items).toHaveLength(1)
      expect((await store.list({ search: '_' })).items).toHaveLength(3)
      expect((await store.list({ search: '_0' })).items).toHaveLength(0)
      expect(first.items[0]).toMatchObject({ nodeCount: 0, revision: 2 })
      expect(first.items[0]).not.toHaveProperty('graph')
    })

    it('numbers versions from 1', async () => {
      await create('wf_a')
      expect(await store.publish('wf_a', { author: 'ada', note: '첫 판' }, 'h1', 2_000)).toEqual({ workflowId: 'wf_a', version: 1, graphHash: 'h1', createdAt: 2_000, author: 'ada', note: '첫 판' })
      await Promise.all([store.publish('wf_a', { author: 'ada', note: '' }, 'h2', 3_000), store.publish('wf_a', { author: 'ada', note: '' }, 'h3', 3_000)])
      expect((await store.versions('wf_a')).map(({ version, note }) => [version, note])).toEqual([[1, '첫 판'], [2, ''], [3, '']])
      expect((await store.find('wf_a'))?.latestVersion).toBe(3)
      await expect(store.publish('wf_none', { author: 'ada', note: '' }, 'h', 1)).rejects.toBeInstanceOf(UnknownWorkflow)
    })

    it('keeps what is paused, beside every change of the draft', async () => {
      await create('wf_a')
      await create('wf_b')
      expect(await store.paused()).toEqual([])
      expect(await store.setPause('wf_a', 'all')).toBe(true)
      expect(await store.setPause('wf_none', 'new')).toBe(false)
      expect(await store.find('wf_a')).toMatchObject({ paused: 'all', revision: 1, updatedAt: 1_000 })
      expect(await store.update('wf_a', { name: 'renamed' }, 1, 2_000)).toMatchObject({ paused: 'all' })
      expect((await store.list({})).items.map(({ id, paused }) => [id, paused])).toEqual([['wf_a', 'all'], ['wf_b', null]])
      expect(await store.paused()).toEqual([{ id: 'wf_a', paused: 'all' }])
      await store.setPause('wf_a', null)
      expect([await store.paused(), (await store.find('wf_a'))?.paused]).toEqual([[], null])
    })

    it('removes a workflow with its versions', async () => {
      await create('wf_a')
      await store.publish('wf_a', { author: 'ada', note: '' }, 'h1', 2_000)
      expect(await store.remove('wf_a')).toBe(true)
      expect(await store.remove('wf_a')).toBe(false)
      expect(await store.versions('wf_a')).toEqual([])
    })
  })
}
