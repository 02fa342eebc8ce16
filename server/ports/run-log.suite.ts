import { beforeEach, describe, expect, it } from 'vitest'
import type { Json } from '@/domain/json'
import { GraphNode, emptyGraph, type Graph } from '@/domain/graph/graph'
import { LARGE_BYTES, LargeValue } from '@/domain/run/large-value'
import type { RunEvent, RunFact, RunId } from '@/domain/run/run-event'
import { foldRun } from '@/domain/run/reduce-run'
import { emptyRun } from '@/domain/run/run-state'
import { itemsOf } from '@/domain/run/scope'
import { RunConflict, type KeyClaim, type RunFilter, type RunLog } from './run-log'

export type RunLogUnderTest = { log: RunLog; clock: { set(now: number): void }; /** What other hands do to the row of a run. */ spoil(runId: RunId, row: { status: string; seq: number }): Promise<void> }

const after = (events: readonly RunEvent[]) => foldRun(emptyRun, events)
const id = (name: string) => `run_${name}` as RunId
const queued = (workflowId = 'wf_a'): RunFact => ({ type: 'run.queued', workflowId, workflowName: 'A', version: 'draft', graphHash: 'h', input: { n: 1 }, priority: 5 })
const claim = (workflowId: string, run: string, at = 1_000): KeyClaim => ({ workflowId, key: 'k', runId: id(run), bodyHash: `hash of ${run}`, at })
const text = (text: string): RunFact => ({ type: 'step.output', nodeId: 'n', attempt: 1, text })

/** What every RunLog promises. `make` gives an empty one, and a clock that tells what it is set to. */
export function runLogSuite(name: string, make: () => Promise<RunLogUnderTest>): void {
  describe(`RunLog: ${name}`, () => {
    let log: RunLog
    let clock: RunLogUnderTest['clock']
    let spoil: RunLogUnderTest['spoil']
    beforeEach(async () => {
      ;({ log, clock, spoil } = await make())
      clock.set(1_000)
    })

    /** Starts a run and folds on from there, as the engine does. */
    async function start(runId: RunId, ...facts: RunFact[]) {
      return log.append(runId, [queued(), ...facts], 0, after)
    }

    it('writes a summary anew that is not what the log says, and no other', async () => {
      const events = await start(id('a'), { type: 'run.started' })
      expect(await log.mend(id('a'), after(events))).toBe(false)
      await spoil(id('a'), { status: 'completed', seq: 9 })
      expect(await log.unfinished()).toEqual([])
      // A fold of less than the whole log knows nothing.
      expect(await log.mend(id('a'), after(events.slice(0, 1)))).toBe(false)
      expect(await log.mend(id('a'), after(events))).toBe(true)
      expect(await log.find(id('a'))).toMatchObject({ status: 'running', seq: 2 })
      expect(await log.append(id('a'), [text('x')], 2, (more) => after([...events, ...more]))).toHaveLength(1)
      expect(await log.mend(id('none'), emptyRun)).toBe(false)
    })

    it('numbers events from 1 without gap and gives them back as they were', async () => {
      const first = await start(id('a'), { type: 'run.started' })
      const second = await log.append(id('a'), [text('é\u0000"\n😀')], 2, (events) => after([...first, ...events]))
      expect([...first, ...second].map((event) => event.seq)).toEqual([1, 2, 3])
      expect(await log.read(id('a'))).toEqual([...first, ...second])
      expect(await log.read(id('a'), 1, 1)).toEqual([first[1]])
      expect(await log.read(id('a'), 3)).toEqual([])
      expect(await log.read(id('unknown'))).toEqual([])
    })

    it('refuses a writer that is not at the end, and writes nothing of it', async () => {
      await start(id('a'))
      for (const expected of [0, 2, 7]) await expect(log.append(id('a'), [text('x')], expected, after)).rejects.toBeInstanceOf(RunConflict)
      await expect(log.append(id('b'), [text('x')], 3, after)).rejects.toBeInstanceOf(RunConflict)
      expect((await log.read(id('a'))).length).toBe(1)
      expect(await log.find(id('b'))).toBeUndefined()
    })

    it('lets one of many at the same place win, and the other runs of that moment too', async () => {
      await start(id('a'))
      const answers = await Promise.allSettled([
        ...Array.from({ length: 10 }, (_, index) => log.append(id('a'), [text(String(index))], 1, () => ({ ...emptyRun, seq: 2 }))),
        ...Array.from({ length: 10 }, (_, index) => start(id(`other${index}`))),
      ])
      expect(answers.slice(0, 10).filter((answer) => answer.status === 'fulfilled')).toHaveLength(1)
      expect(answers.slice(10).every((answer) => answer.status === 'fulfilled')).toBe(true)
      expect(await log.read(id('a'))).toHaveLength(2)
    })

    it('appends twice to one run within a tick when the second knows of the first', async () => {
      await start(id('a'))
      const state = () => ({ ...emptyRun, workflowId: 'wf_a' })
      await Promise.all([log.append(id('a'), [text('1')], 1, state), log.append(id('a'), [text('2')], 2, state)])
      expect((await log.read(id('a'), 1)).map((event) => 'text' in event && event.text)).toEqual(['1', '2'])
    })

    it('fails only the append whose fold throws', async () => {
      const bad = log.append(id('bad'), [queued()], 0, () => { throw new Error('no fold') })
      const good = start(id('good'))
      await expect(bad).rejects.toThrow('no fold')
      await expect(good).resolves.toHaveLength(1)
      expect(await log.read(id('bad'))).toEqual([])
    })

    it('never lets time go back within a run', async () => {
      const [first] = await start(id('a'))
      clock.set(400)
      const [second] = await log.append(id('a'), [text('x')], 1, () => emptyRun)
      expect(first!.recordedAt).toBe(1_000)
      expect(second!.recordedAt).toBe(1_000)
      clock.set(1_500)
      expect((await log.append(id('a'), [text('x')], 2, () => emptyRun))[0]!.recordedAt).toBe(1_500)
    })

    it('answers an append of nothing with nothing', async () => {
      expect(await log.append(id('a'), [], 0, after)).toEqual([])
      expect(await log.find(id('a'))).toBeUndefined()
    })

    it('takes a thousand events at once', async () => {
      const events = await start(id('a'), ...Array.from({ length: 1_000 }, (_, index) => text(String(index))))
      expect(events.at(-1)!.seq).toBe(1_001)
      expect(await log.read(id('a'))).toHaveLength(1_001)
    })

    it('keeps the summary of the last append', async () => {
      const first = await start(id('a'))
      expect(await log.find(id('a'))).toEqual({ id: 'run_a', workflowId: 'wf_a', workflowName: 'A', version: 'draft', status: 'queued', seq: 1, priority: 5, createdAt: 1_000 })
      clock.set(2_000)
      await log.append(id('a'), [{ type: 'run.started' }, { type: 'run.failed', error: { code: 'X', message: 'broke', retryable: false } }], 1, (events) => after([...first, ...events]))
      expect(await log.find(id('a'))).toMatchObject({ status: 'failed', seq: 3, startedAt: 2_000, finishedAt: 2_000, error: 'broke', failure: 'final' })
    })

    it('keeps what started a run', async () => {
      const origin = { kind: 'schedule', scheduleId: 'sch_a', name: 'Täglich', dueAt: '2026-11-21T00:00:00.000Z' } as const
      await log.append(id('a'), [{ ...queued(), origin } as RunFact], 0, after)
      expect((await log.find(id('a')))?.origin).toEqual(origin)
      expect((await log.list({})).items[0]?.origin).toEqual(origin)
    })

    it('lists newest first, by pages, with filters', async () => {
      for (const [index, name] of ['a', 'b', 'c', 'd', 'e'].entries()) {
        clock.set(1_000 + Math.floor(index / 2))
        await log.append(id(name), [queued(index % 2 ? 'wf_b' : 'wf_a'), ...(index === 0 ? [{ type: 'run.cancelled', by: 'me' } as const] : [])], 0, after)
      }
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await log.list({ limit: 2, ...(cursor !== undefined && { cursor }) })
        seen.push(...page.items.map((run) => run.id))
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
      expect(seen).toEqual(['run_e', 'run_d', 'run_c', 'run_b', 'run_a'])
      expect((await log.list({ workflowId: 'wf_b' })).items.map((run) => run.id)).toEqual(['run_d', 'run_b'])
      expect((await log.list({ status: 'cancelled' })).items.map((run) => run.id)).toEqual(['run_a'])
      expect(await log.unfinished()).toEqual(['run_b', 'run_c', 'run_d', 'run_e'])
      await expect(log.list({ cursor: "'; drop" })).rejects.toMatchObject({ code: 'INVALID_CURSOR' })
    })

    it('lists what ended within a time, in the order it ended', async () => {
      for (const [name, at] of [['c', 1_000], ['a', 3_000], ['b', 2_000], ['d', 3_000], ['e', 4_000]] as const) {
        clock.set(at)
        await log.append(id(name), [queued(), ...(name === 'e' ? [] : [{ type: 'run.cancelled', by: 'me' } as const])], 0, after)
      }
      const ended = async (from: number, to: number, limit = 10) => (await log.ended(from, to, limit)).map((run) => run.id)
      expect(await ended(0, 9_000)).toEqual(['run_c', 'run_b', 'run_a', 'run_d'])
      expect(await ended(1_001, 3_000)).toEqual(['run_b'])
      expect(await ended(2_000, 9_000, 2)).toEqual(['run_b', 'run_a'])
      expect(await ended(4_000, 9_000)).toEqual([])
    })

    it('lists failed runs by kind, and runs by their parent', async () => {
      for (const [name, retryable] of [['a', true], ['b', false], ['c', true]] as const) {
        const first = await start(id(name))
        await log.append(id(name), [{ type: 'run.failed', error: { code: 'X', message: 'broke', retryable } }], 1, (events) => after([...first, ...events]))
      }
      await log.append(id('d'), [{ ...queued(), parentRunId: id('a') } as RunFact], 0, after)
      const listed = async (filter: RunFilter) => (await log.list(filter)).items.map((run) => run.id)
      expect(await listed({ failure: 'retryable' })).toEqual(['run_c', 'run_a'])
      expect(await listed({ failure: 'final', status: 'failed' })).toEqual(['run_b'])
      expect(await listed({ parentRunId: id('a') })).toEqual(['run_d'])
      expect(await listed({ parentRunId: id('b') })).toEqual([])
    })

    describe('large values', () => {
      // Beyond the bound as UTF-8 only: three bytes for one unit.
      const large = { body: '한'.repeat(LARGE_BYTES / 3), lone: '\ud83d', zero: '\u0000' }
      const hash = (event: RunEvent) => ('output' in event && (event.output as unknown) instanceof LargeValue ? (event.output as unknown as LargeValue).hash : undefined)
      const completed = (nodeId: string, output: Json): RunFact[] => [{ type: 'step.started', nodeId, attempt: 1, input: output }, { type: 'step.completed', nodeId, attempt: 1, output }]
      const all = [
        queued(), { type: 'run.started' }, ...completed('a', large), ...completed('b', 'x'.repeat(LARGE_BYTES - 2)), ...completed('c', 'x'.repeat(LARGE_BYTES - 1)),
        { type: 'memory.written', nodeId: 'a', attempt: 1, key: 'k', version: 1, value: large }, { type: 'message.sent', nodeId: 'a', messageId: 'm', to: 'b', payload: large },
        { type: 'step.skipped', nodeId: 'd', reason: { kind: 'disabled', output: large, handle: 'out' } }, { type: 'run.completed', output: [large, large] },
      ] as RunFact[]

      it('are whole again for whoever reads the log', async () => {
        const events = await log.append(id('a'), all, 0, after)
        expect(events.map(({ seq: _, recordedAt: __, ...fact }) => fact)).toEqual(all)
        expect(await log.read(id('a'))).toEqual(events)
        expect(await log.read(id('a'), 3, 1)).toEqual([events[3]])
        expect(foldRun(emptyRun, await log.read(id('a')))).toEqual(foldRun(emptyRun, events))
      })

      it('are told of, not read, for whoever asks so, and given one by one', async () => {
        const events = await log.append(id('a'), all, 0, after)
        const apart = await log.readApart(id('a'))
        expect(apart.map(({ seq }) => seq)).toEqual(events.map(({ seq }) => seq))
        expect(apart.map((event) => JSON.stringify(event).length).every((length) => length < LARGE_BYTES + 500)).toBe(true)
        const [a, b, c] = [apart[3]!, apart[5]!, apart[7]!]
        expect(b).toEqual(events[5])
        expect((c as { output: unknown }).output).toMatchObject({ bytes: LARGE_BYTES + 1, preview: expect.stringMatching(/^x{300}$/) as string })
        expect(JSON.parse((await log.largeValue(id('a'), hash(a)!))!)).toEqual(large)
        for (const [at, place] of [[2, 'input'], [8, 'value'], [9, 'payload']] as const) expect((apart[at] as unknown as Record<string, unknown>)[place]).toEqual((a as { output: unknown }).output)
        expect(apart[10]).toMatchObject({ reason: { kind: 'disabled', output: (a as { output: unknown }).output, handle: 'out' } })
        expect(await log.readApart(id('a'), 3, 1)).toEqual([a])
        // The fold passes values on: what is folded from events apart is the fold, apart.
        expect(foldRun(emptyRun, apart).steps.a).toEqual({ ...foldRun(emptyRun, events).steps.a, input: (a as { output: unknown }).output, state: { kind: 'completed', output: (a as { output: unknown }).output, handle: 'out' } })
      })

      it('tell how many a map works through, and stay where they say what an agent wants called', async () => {
        const items = Array.from({ length: 7 }, () => 'x'.repeat(LARGE_BYTES / 4))
        const calls = { text: 'x'.repeat(LARGE_BYTES), toolCalls: [{ id: '1', name: 'n', arguments: {} }] }
        const events = await log.append(id('a'), [queued(), { type: 'step.started', nodeId: 'm', attempt: 1, input: { items } }, ...completed('c', calls)], 0, after)
        const apart = await log.readApart(id('a'))
        expect(apart[1]).toMatchObject({ input: { items: 7 } })
        expect(apart.slice(2)).toEqual(events.slice(2))
        const lengths = [events, apart].map((all) => itemsOf(foldRun(emptyRun, all).steps.m!).length)
        expect(lengths).toEqual([7, 7])
        expect(await log.read(id('a'))).toEqual(events)
      })

      it('are given to nobody who names a run that does not hold them', async () => {
        await log.append(id('a'), [queued(), ...completed('a', large)], 0, after)
        await start(id('b'))
        const of = hash((await log.readApart(id('a')))[2]!)!
        expect(await log.largeValue(id('b'), of)).toBeUndefined()
        expect(await log.largeValue(id('none'), of)).toBeUndefined()
        expect(await log.largeValue(id('a'), `${of.slice(1)}0`)).toBeUndefined()
      })

      it('are not seen in what a person gave, whatever it looks like', async () => {
        await log.append(id('a'), [queued(), ...completed('a', large)], 0, after)
        const { hash: of, bytes, preview } = ((await log.readApart(id('a')))[2] as unknown as { output: LargeValue }).output
        const alike = { hash: of, bytes, preview }
        const odd = { ...alike, large: { output: alike }, refs: { output: alike } }
        const events = await log.append(id('b'), [queued(), ...completed('a', odd), ...completed('b', null), ...completed('c', { ...odd, padding: 'x'.repeat(LARGE_BYTES) })], 0, after)
        expect(await log.read(id('b'))).toEqual(events)
        expect((await log.readApart(id('b'))).slice(0, 5)).toEqual(events.slice(0, 5))
        expect(await log.largeValue(id('b'), of)).toBeUndefined()
      })

      it('are kept when several runs append the same one at once, and not of an append that is refused', async () => {
        const answers = await Promise.allSettled([...'abcdefgh'].flatMap((name) => [log.append(id(name), [queued(), ...completed('a', large)], 0, after), log.append(id(name), [queued(), ...completed('a', ['late', large])], 0, after)]))
        expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(8)
        for (const name of 'abcdefgh') {
          expect((await log.read(id(name)))[2]).toMatchObject({ output: large })
          expect(await log.largeValue(id(name), hash((await log.readApart(id(name)))[2]!)!)).toBe(JSON.stringify(large))
        }
      })
    })

    it('stores a graph once per content, whatever the order of its keys', async () => {
      const node = GraphNode.parse({ id: 'n', type: 'input', name: 'In', position: { x: 0, y: 1 }, config: { b: 1, a: { d: 1, c: 2 } } })
      const graph: Graph = { nodes: [node], edges: [] }
      const turned: Graph = { edges: [], nodes: [{ ...node, config: { a: { c: 2, d: 1 }, b: 1 } }] }
      const hash = await log.saveGraph(graph)
      expect(hash).toMatch(/^[0-9a-f]{64}$/)
      expect(await log.saveGraph(turned)).toBe(hash)
      expect(await log.saveGraph(emptyGraph)).not.toBe(hash)
      expect(await log.loadGraph(hash)).toEqual(graph)
      expect(await log.loadGraph('unknown')).toBeUndefined()
    })

    it('gives an idempotency key to the first run that asks, per workflow', async () => {
      expect(await log.findKey('wf_a', 'k', 0)).toBeUndefined()
      const answers = await Promise.all(['a', 'b', 'c'].map((name) => log.claimKey(claim('wf_a', name), 0)))
      expect(answers).toEqual([claim('wf_a', 'a'), claim('wf_a', 'a'), claim('wf_a', 'a')])
      expect(await log.findKey('wf_a', 'k', 0)).toEqual(claim('wf_a', 'a'))
      expect(await log.claimKey(claim('wf_b', 'b'), 0)).toEqual(claim('wf_b', 'b'))
    })

    it('forgets a key that was claimed too long ago, and no other', async () => {
      await log.claimKey(claim('wf_a', 'a', 1_000), 0)
      await log.claimKey(claim('wf_b', 'b', 2_000), 0)
      expect(await log.findKey('wf_a', 'k', 1_000)).toMatchObject({ runId: 'run_a' })
      expect(await log.findKey('wf_a', 'k', 1_001)).toBeUndefined()
      expect(await log.claimKey(claim('wf_a', 'c', 3_000), 1_000)).toMatchObject({ runId: 'run_a' })
      expect(await log.claimKey(claim('wf_a', 'c', 3_000), 1_001)).toEqual(claim('wf_a', 'c', 3_000))
      expect(await log.findKey('wf_a', 'k', 0)).toEqual(claim('wf_a', 'c', 3_000))
      expect(await log.findKey('wf_b', 'k', 0)).toEqual(claim('wf_b', 'b', 2_000))
      await log.claimKey(claim('wf_c', 'd', 9_000), 2_500)
      expect(await log.findKey('wf_b', 'k', 0)).toBeUndefined()
    })
  })
}
