import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { admitRuns, AGING_MS, PATIENCE_MS, type PlacedRun, type QueuedRun, type RunLimits, type Turn } from './admit-runs'
import type { Pause } from './pause'

const NOW = 100 * PATIENCE_MS
const workflowId = fc.constantFrom<string[]>('a', 'b', 'c')
const models = fc.uniqueArray(fc.constantFrom('m', 'n', 'constructor'), { maxLength: 2 })
const row = fc.record({ workflowId, models, priority: fc.integer({ min: 0, max: 10 }), queuedAt: fc.integer({ min: NOW - 2 * PATIENCE_MS, max: NOW }), begun: fc.boolean() })
const rows: fc.Arbitrary<QueuedRun[]> = fc.array(row, { maxLength: 14 }).map((all) => all.map((one, index) => ({ id: `run_${index}`, ...one })))
const placed: fc.Arbitrary<PlacedRun[]> = fc.array(fc.record({ workflowId, models }), { maxLength: 4 })
const limits: fc.Arbitrary<RunLimits> = fc.record({ total: fc.integer({ min: 1, max: 8 }), perWorkflow: fc.integer({ min: 1, max: 4 }), perModel: fc.dictionary(fc.constantFrom('m', 'n', 'constructor'), fc.integer({ min: 1, max: 3 }), { noNullPrototype: true }) })
const paused: fc.Arbitrary<ReadonlyMap<string, Pause>> = fc.dictionary(workflowId, fc.constantFrom<Pause[]>('new', 'all'), { maxKeys: 2 }).map((names) => new Map(Object.entries(names)))
const isPaused = (run: QueuedRun, stopped: ReadonlyMap<string, Pause>) => stopped.get(run.workflowId) === 'all' || (!run.begun && stopped.has(run.workflowId))

const none: ReadonlyMap<string, Pause> = new Map()
const wide: RunLimits = { total: 1, perWorkflow: Infinity, perModel: {} }
const queued = (id: string, more: Partial<QueuedRun> = {}): QueuedRun => ({ id, workflowId: 'a', models: [], priority: 5, queuedAt: NOW, begun: false, ...more })

/** Whether one more run would break a limit. */
function full(run: PlacedRun, at: readonly PlacedRun[], { total, perWorkflow, perModel }: RunLimits): boolean {
  const using = (model: string) => at.filter((one) => one.models.includes(model)).length
  return at.length >= total || at.filter((one) => one.workflowId === run.workflowId).length >= perWorkflow
    || run.models.some((model) => Object.hasOwn(perModel, model) && using(model) >= perModel[model]!)
}

/** Those that wait ahead of `id`, the first of each workflow, if patient: for whom a place is kept. */
function firstPatient(line: readonly QueuedRun[], waiting: readonly Turn[], id: string): QueuedRun[] {
  const ahead = waiting.slice(0, waiting.findIndex((turn) => turn.id === id)).filter(({ reason }) => reason !== 'paused')
  const patient = ahead.map((turn) => line.find((run) => run.id === turn.id)!).filter((run) => NOW - run.queuedAt >= PATIENCE_MS)
  return patient.filter((run, index) => patient.findIndex((one) => one.workflowId === run.workflowId) === index)
}

describe('laws of admission', () => {
  test('no limit is exceeded, whoever starts; nothing paused starts', () => {
    fc.assert(fc.property(rows, placed, limits, paused, (line, at, limit, stopped) => {
      const now = [...at]
      for (const id of admitRuns(line, at, limit, stopped, NOW).start) {
        const run = line.find((one) => one.id === id)!
        expect(full(run, now, limit)).toBe(false)
        expect(isPaused(run, stopped)).toBe(false)
        now.push(run)
      }
    }), { numRuns: 500 })
  })

  test('nothing that fits is left waiting, and each is told its place and what it waits for', () => {
    fc.assert(fc.property(rows, placed, limits, paused, (line, at, limit, stopped) => {
      const { start, waiting } = admitRuns(line, at, limit, stopped, NOW)
      const now = [...at, ...line.filter((run) => start.includes(run.id))]
      expect([...start, ...waiting.map(({ id }) => id)].sort()).toEqual(line.map(({ id }) => id).sort())
      expect(waiting.map(({ place }) => place)).toEqual(waiting.map((_, index) => index + 1))
      for (const { id, reason } of waiting) {
        const run = line.find((one) => one.id === id)!
        if (reason === 'paused') expect(isPaused(run, stopped)).toBe(true)
        else if (reason === 'kept') expect(full(run, [...now, ...firstPatient(line, waiting, id)], limit)).toBe(true)
        else expect(full(run, now, limit)).toBe(true)
      }
    }), { numRuns: 500 })
  })

  test('whoever was patient and is first starts once those that had the places then have left, whatever else comes', () => {
    const line = rows.map((all) => all.map((run) => ({ ...run, begun: false, queuedAt: NOW })))
    fc.assert(fc.property(row, line, placed, limits, (one, others, at, limit) => {
      const first = { ...one, id: 'first', begun: false, queuedAt: NOW - PATIENCE_MS }
      fc.pre(full(first, at, limit))
      expect(startsBeforeLastLeaves(first, others, at, limit)).toBe(true)
    }), { numRuns: 500 })
  })

  test('however long the line for one workflow, it keeps no more than a place of a model from the others', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 2, max: 6 }), fc.integer({ min: 1, max: 10 }), (length, limit, others) => {
      const behind = Array.from({ length }, (_, index) => queued(`behind_${index}`, { models: ['m', 'free'], queuedAt: NOW - PATIENCE_MS }))
      const other = Array.from({ length: others }, (_, index) => queued(`other_${index}`, { workflowId: `w${index}`, models: ['m', 'free'] }))
      const { start } = admitRuns([...behind, ...other], [{ workflowId: 'a', models: [] }], { total: 50, perWorkflow: 1, perModel: { m: limit } }, none, NOW)
      expect(start).toHaveLength(Math.min(others, limit - 1))
    }))
  })

  test('in whatever order they are handed in, the answer is the same', () => {
    const shuffled = rows.chain((line) => fc.tuple(fc.constant(line), fc.shuffledSubarray(line, { minLength: line.length })))
    fc.assert(fc.property(shuffled, placed, limits, paused, ([line, other], at, limit, stopped) => {
      expect(admitRuns(other, [...at].reverse(), limit, stopped, NOW)).toEqual(admitRuns(line, at, limit, stopped, NOW))
    }))
  })

  test('at equal age the higher priority is first, and at equal priority the older', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 10 }), (priority, more) => {
      const [low, high] = [queued('a', { priority }), queued('b', { priority: Math.min(10, priority + more) })]
      expect(admitRuns([low, high], [], wide, none, NOW).start).toEqual(['b'])
      expect(admitRuns([queued('a'), queued('b', { queuedAt: NOW - more })], [], wide, none, NOW).start).toEqual(['b'])
    }))
  })

  test('nobody starves, whatever else comes for ever', () => {
    const stream = fc.array(fc.record({ workflowId, models, priority: fc.integer({ min: 0, max: 10 }), minutes: fc.integer({ min: 1, max: 5 }) }), { minLength: 1, maxLength: 6 })
    const model = fc.record({ total: fc.integer({ min: 1, max: 3 }), perWorkflow: fc.integer({ min: 1, max: 2 }), perModel: fc.constant({ m: 1, n: 1 }) })
    fc.assert(fc.property(stream, row, model, (others, one, limit) => {
      expect(startOf({ ...one, id: 'one', queuedAt: 0, begun: false }, others, limit)).toBeLessThan(200)
    }), { numRuns: 300 })
  })
})

/** Those that have places leave one after the other; what comes then never does. */
function startsBeforeLastLeaves(first: QueuedRun, others: readonly QueuedRun[], placed: readonly PlacedRun[], limit: RunLimits): boolean {
  let line = [first, ...others]
  const came: PlacedRun[] = []
  for (let left = 1; left <= placed.length; left++) {
    const { start } = admitRuns(line, [...placed.slice(left), ...came], limit, none, NOW)
    if (start.includes('first')) return true
    came.push(...line.filter(({ id }) => start.includes(id)))
    line = line.filter(({ id }) => !start.includes(id))
  }
  return false
}

/** Minutes until `one` starts while two others arrive each minute. */
function startOf(one: QueuedRun, others: readonly (PlacedRun & { priority: number; minutes: number })[], limit: RunLimits): number {
  let line = [one]
  let at: { run: QueuedRun; until: number }[] = []
  for (let minute = 0; minute < 200; minute++) {
    const now = minute * AGING_MS
    for (const half of [0, 1]) line.push({ ...others[(2 * minute + half) % others.length]!, id: `run_${minute}_${half}`, queuedAt: now, begun: false })
    at = at.filter(({ until }) => until > minute)
    const { start } = admitRuns(line, at.map(({ run }) => run), limit, none, now)
    if (start.includes('one')) return minute
    at.push(...line.filter(({ id }) => start.includes(id)).map((run, index) => ({ run, until: minute + others[index % others.length]!.minutes })))
    line = line.filter(({ id }) => !start.includes(id))
  }
  return Infinity
}

describe('who is next', () => {
  test('a low priority gets ahead of a high one that comes late enough', () => {
    const old = queued('old', { priority: 0, queuedAt: NOW - 11 * AGING_MS })
    expect(admitRuns([old, queued('new', { priority: 10 })], [], wide, none, NOW).start).toEqual(['old'])
  })

  test('a workflow that queued many does not hold up one that queued one', () => {
    const many = [1, 2, 3, 4].map((index) => queued(`many_${index}`, { queuedAt: NOW - 5_000 }))
    expect(admitRuns([...many, queued('single', { workflowId: 'b' })], [], { ...wide, total: 2 }, none, NOW).start).toEqual(['many_1', 'single'])
  })

  test('what has begun goes on first, in a paused workflow too unless that is for all', () => {
    const line = [queued('new', { priority: 10 }), queued('begun', { priority: 0, begun: true })]
    expect(admitRuns(line, [], wide, new Map([['a', 'new']]), NOW)).toEqual({ start: ['begun'], waiting: [{ id: 'new', place: 1, reason: 'paused' }] })
    expect(admitRuns(line, [], wide, new Map([['a', 'all']]), NOW).start).toEqual([])
  })

  test('after its patience, a run of two models gets both kept', () => {
    const limit: RunLimits = { total: 9, perWorkflow: 9, perModel: { m: 1, n: 1 } }
    const both = queued('both', { models: ['m', 'n'], queuedAt: NOW - PATIENCE_MS })
    const line = [both, queued('late', { models: ['n'], workflowId: 'b' })]
    expect(admitRuns(line, [{ workflowId: 'c', models: ['m'] }], limit, none, NOW).start).toEqual([])
    expect(admitRuns(line, [{ workflowId: 'c', models: ['m'] }], limit, none, NOW - 1).start).toEqual(['late'])
  })
})
