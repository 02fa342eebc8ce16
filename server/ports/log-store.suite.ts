import { beforeEach, describe, expect, it } from 'vitest'
import { LEVELS, type LogFilter, type LogLine, type LogStore } from './log-store'
import type { Page } from './run-log'

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

    it('goes back from an id until there is nothing older', async () => {
      const written = await store.write(Array.from({ length: 5 }, (_, index) => line({ message: String(index) })))
      const newest = await store.list({ limit: 2 })
      expect(newest.nextCursor).toBe(String(written[3]!.id))
      const older = await store.list({ before: Number(newest.nextCursor), limit: 2 })
      expect(older.items.map((entry) => entry.message)).toEqual(['1', '2'])
      expect(await store.list({ before: Number(older.nextCursor), limit: 2 })).toMatchObject({ items: [{ message: '0' }], nextCursor: null })
      expect(await store.list({ before: written[0]!.id })).toEqual({ items: [], nextCursor: null })
    })

    it('takes every line that fits once, from either end, however rare', async () => {
      const lines = Array.from({ length: 6_000 }, (_, index) => line({ message: index % 1_999 === 0 ? `rare 100%_${index}` : `line ${index}`, level: index % 3 ? 'INFO' : 'WARNING', category: index % 2 ? 'task' : 'agent' }))
      const written = await store.write(lines)
      const filters: LogFilter[] = [{ search: 'RARE' }, { search: '0%_' }, { level: 'WARNING', search: 'rare' }, { level: 'WARNING', category: 'agent' }, { level: 'CRITICAL' }]
      for (const filter of filters) {
        const expected = written.filter((entry) =>
          entry.message.toLowerCase().includes((filter.search ?? '').toLowerCase()) && (filter.category === undefined || entry.category === filter.category) && (filter.level === undefined || LEVELS.indexOf(entry.level) >= LEVELS.indexOf(filter.level)))
        expect(await walk(filter, 'before')).toEqual(expected)
        expect(await walk(filter, 'after')).toEqual(expected)
      }
    })

    async function walk(filter: LogFilter, way: 'after' | 'before'): Promise<LogLine[]> {
      let found: LogLine[] = []
      for (let cursor: number | undefined = way === 'after' ? 0 : undefined; ; ) {
        const page: Page<LogLine> = await store.list({ ...filter, limit: 700, ...(cursor !== undefined && { [way]: cursor }) })
        found = way === 'after' ? [...found, ...page.items] : [...page.items, ...found]
        if (page.nextCursor === null) return found
        cursor = Number(page.nextCursor)
      }
    }

    it('sums up, again when more has come', async () => {
      await store.write([line(), line({ level: 'ERROR', category: 'health' })])
      expect(await store.summary()).toMatchObject({ total: 2, byLevel: { INFO: 1, ERROR: 1, DEBUG: 0 }, byCategory: { task: 1, health: 1, agent: 0 }, byComponent: { engine: 2 } })
      await store.write([line({ component: 'router', level: 'ERROR' })])
      expect(await store.summary()).toMatchObject({ total: 3, byLevel: { INFO: 1, ERROR: 2 }, byCategory: { task: 2, health: 1 }, byComponent: { engine: 2, router: 1 } })
    })
  })
}
