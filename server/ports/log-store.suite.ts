import { beforeEach, describe, expect, it } from 'vitest'
import type { LogLine, LogStore } from './log-store'

const line = (over: Partial<LogLine> = {}): Omit<LogLine, 'id'> => ({ at: 1_000, level: 'INFO', component: 'engine', category: 'task', message: 'hello', ...over })

/** What every LogStore promises. `make` gives an empty one. */
export function logStoreSuite(name: string, make: () => Promise<LogStore>): void {
  describe(`LogStore: ${name}`, () => {
    let store: LogStore
    beforeEach(async () => {
      store = await make()
    })

    it('counts ids up and gives lines back as they were', async () => {
      const written = [...await store.write([line({ data: { a: [1] }, runId: 'run_a', nodeId: 'n' }), line()]), ...await store.write([line({ level: 'ERROR' })])]
      expect(written.map((entry) => entry.id)).toEqual([...written.map((entry) => entry.id)].sort((a, b) => a - b))
      expect((await store.list({})).items).toEqual(written)
      expect(await store.write([])).toEqual([])
    })

    it('shows a level and what is above it', async () => {
      await store.write([line({ level: 'DEBUG' }), line({ level: 'WARNING' }), line({ level: 'CRITICAL' })])
      expect((await store.list({ level: 'WARNING' })).items.map((entry) => entry.level)).toEqual(['WARNING', 'CRITICAL'])
    })

    it('filters by component, category, run and text', async () => {
      await store.write([line({ component: 'router', message: 'Über Alles' }), line({ category: 'security' }), line({ runId: 'run_a' })])
      expect((await store.list({ component: 'router' })).items).toHaveLength(1)
      expect((await store.list({ category: 'security' })).items).toHaveLength(1)
      expect((await store.list({ runId: 'run_a' })).items).toHaveLength(1)
      expect((await store.list({ search: 'über' })).items).toHaveLength(1)
    })

    it('gives the newest, oldest first; or goes on from an id', async () => {
      const written = await store.write(Array.from({ length: 5 }, (_, index) => line({ message: String(index) })))
      expect((await store.list({ limit: 2 })).items.map((entry) => entry.message)).toEqual(['3', '4'])
      const page = await store.list({ after: written[0]!.id, limit: 2 })
      expect(page.items.map((entry) => entry.message)).toEqual(['1', '2'])
      expect(page.nextCursor).toBe(String(written[2]!.id))
      expect((await store.list({ after: Number(page.nextCursor), limit: 2 })).nextCursor).toBeNull()
    })

    it('sums up', async () => {
      await store.write([line(), line({ level: 'ERROR', category: 'health' })])
      expect(await store.summary()).toMatchObject({ total: 2, byLevel: { INFO: 1, ERROR: 1, DEBUG: 0 }, byCategory: { task: 1, health: 1, agent: 0 } })
    })
  })
}
