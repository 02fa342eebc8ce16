import { beforeEach, describe, expect, it } from 'vitest'
import { LARGE_BYTES } from '@/domain/run/large-value'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunEvent, RunFact, RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import type { Store } from './open-store'

type Opened = Pick<Store, 'runLog' | 'retained'> & { sql(statement: string): Promise<void>; rows(query: string): Promise<unknown[]> }

const after = (events: readonly RunEvent[]) => foldRun(emptyRun, events)
const id = (name: string) => `run_${name}` as RunId
const value = (text: string) => ({ text, body: text.repeat(LARGE_BYTES) })
const facts = (...texts: string[]): RunFact[] => [
  { type: 'run.queued', workflowId: 'wf', workflowName: 'W', version: 1, graphHash: 'h', input: null, priority: 5 }, { type: 'run.started' },
  ...texts.flatMap((text, index): RunFact[] => [{ type: 'step.started', nodeId: `n${index}`, attempt: 1, input: value(text) }, { type: 'step.completed', nodeId: `n${index}`, attempt: 1, output: value(text) }]),
]
const ended: RunFact = { type: 'run.completed', output: null }

/** How the tables hold large values: once, as long as a run holds them. `make` gives an empty store. */
export function largeValuesSuite(name: string, make: () => Promise<Opened>): void {
  describe(`Large values: ${name}`, () => {
    let store: Opened
    beforeEach(async () => {
      store = await make()
    })
    const counts = async () => {
      const [row] = await store.rows('SELECT (SELECT count(*) FROM "LargeValue") AS "values", (SELECT count(*) FROM "RunLargeValue") AS "uses", (SELECT max(length("data")) FROM "RunEvent") AS "longest"')
      return Object.fromEntries(Object.entries(row as object).map(([key, count]) => [key, Number(count)]))
    }

    it('are stored once, however many events of however many runs hold them', async () => {
      await Promise.all([...'abcde'].map((run) => store.runLog.append(id(run), facts('x', 'y', 'x'), 0, after)))
      await store.runLog.append(id('f'), facts('y'), 0, after)
      expect(await counts()).toMatchObject({ values: 2, uses: 11 })
      expect((await counts()).longest).toBeLessThan(1_000)
    })

    it('of an append that is refused leave nothing', async () => {
      await store.runLog.append(id('a'), facts(), 0, after)
      await expect(store.runLog.append(id('a'), facts('x'), 0, after)).rejects.toMatchObject({ code: 'RUN_CONFLICT' })
      await expect(store.runLog.append(id('b'), facts('x'), 0, () => { throw new Error('no fold') })).rejects.toThrow('no fold')
      expect(await counts()).toMatchObject({ values: 0, uses: 0 })
    })

    it('of an append that breaks off behind them leave nothing', async () => {
      const first = await store.runLog.append(id('a'), facts(), 0, after)
      // Its event is there already, which is found when the values have been written.
      await store.sql(`INSERT INTO "RunEvent" ("runId", "seq", "recordedAt", "type", "data") VALUES ('${id('a')}', 4, 0, 'run.started', '{"type":"run.started"}')`)
      await expect(store.runLog.append(id('a'), facts('x').slice(2), 2, (events) => after([...first, ...events]))).rejects.toThrow()
      expect(await counts()).toMatchObject({ values: 0, uses: 0 })
      expect(await store.runLog.read(id('a'), 0, 2)).toEqual(first)
      await store.sql(`DELETE FROM "RunEvent" WHERE "seq" = 4`)
      const more = await store.runLog.append(id('a'), facts('x').slice(2), 2, (events) => after([...first, ...events]))
      expect(await store.runLog.read(id('a'))).toEqual([...first, ...more])
    })

    it('go with the last run that holds them, in the sweep that deletes it', async () => {
      await store.runLog.append(id('a'), [...facts('x', 'y'), ended], 0, after)
      await store.runLog.append(id('b'), [...facts('y', 'z'), ended], 0, after)
      const going = await store.runLog.append(id('c'), facts('z'), 0, after)
      await store.retained.runs.deleteSome({ keep: 1 })
      expect(await counts()).toMatchObject({ values: 2, uses: 3 })
      expect((await store.runLog.read(id('b')))[3]).toMatchObject({ output: value('y') })
      await store.retained.runs.deleteSome({ keep: 0 })
      expect(await counts()).toMatchObject({ values: 1, uses: 1 })
      expect(await store.runLog.read(id('c'))).toEqual(going)
      // And one that went comes again.
      await store.runLog.append(id('d'), [...facts('x'), ended], 0, after)
      expect((await store.runLog.read(id('d')))[3]).toMatchObject({ output: value('x') })
    })

    it('are kept while others append what a sweep would take', async () => {
      for (let round = 0; round < 5; round++) {
        const old = Array.from({ length: 5 }, (_, index) => id(`old${round}_${index}`))
        for (const run of old) await store.runLog.append(run, [...facts('x', 'y'), ended], 0, after)
        const [, ...logs] = await Promise.all([store.retained.runs.deleteSome({ keep: 0 }), ...['a', 'b', 'c'].map((run) => store.runLog.append(id(`${run}${round}`), facts('x', 'y'), 0, after))])
        for (const log of logs) expect(await store.runLog.read(id(`${'abc'[logs.indexOf(log)]!}${round}`))).toEqual(log)
      }
    })

    it('stand whole in the events of an older store, and are read as they stand', async () => {
      const events = await store.runLog.append(id('a'), facts('short'), 0, after)
      const { seq, recordedAt, ...fact } = { ...events[3]!, output: value('o') } as RunEvent
      await store.sql(`UPDATE "RunEvent" SET "data" = '${JSON.stringify(fact)}', "large" = NULL WHERE "runId" = '${id('a')}' AND "seq" = ${seq}`)
      const read = [...events.slice(0, 3), { ...fact, seq, recordedAt }]
      expect(await store.runLog.read(id('a'))).toEqual(read)
      expect((await store.runLog.readApart(id('a')))[3]).toEqual(read[3])
    })

    it('that are missing are told of, not made up', async () => {
      await store.runLog.append(id('a'), facts('x'), 0, after)
      await store.sql('DELETE FROM "RunLargeValue"')
      await expect(store.runLog.read(id('a'))).rejects.toMatchObject({ code: 'STORED_EVENT_INVALID', seq: 3 })
      expect(await store.runLog.readApart(id('a'))).toHaveLength(4)
      expect(await store.runLog.read(id('a'), 0, 2)).toHaveLength(2)
    })
  })
}
