import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldRun } from '@/domain/run/reduce-run'
import { LARGE_BYTES } from '@/domain/run/large-value'
import type { RunEvent, RunFact, RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { createManualClock } from '@/server/adapters/memory/manual-clock'
import { createMemoryRunLog } from '@/server/adapters/memory/memory-run-log'
import { createRunFeed } from '@/server/adapters/memory/run-feed'
import { FRAME_MS, type Frame } from '@/wire/live'
import { createRunRooms, type LiveClient } from './run-rooms'

const RUN = 'run_1' as RunId
const facts = (count: number): RunFact[] => Array.from({ length: count }, (_, index): RunFact => ({ type: 'step.output', nodeId: 'a', attempt: 1, text: `${index}` }))
const seqsOf = (frame: Frame): number[] => frame.events.map((event) => (event as { seq: number }).seq)
/** Appends happen, and frames go, while a page is being read. */
const READ_TURNS = 12
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await Promise.resolve()
}
const settled = (): Promise<void> => turns(20 * READ_TURNS)

function world() {
  const clock = createManualClock()
  const log = createMemoryRunLog({ clock })
  const feed = createRunFeed()
  const inTopic = new Map<{ hear(frame: Frame): void }, string>()
  let frames = 0
  const rooms = createRunRooms({
    feed, clock,
    // What is read is older than its answer.
    runLog: {
      async read(...place) {
        const page = await log.read(...place)
        await turns(READ_TURNS)
        return page
      },
      async readApart(...place) {
        const page = await log.readApart(...place)
        await turns(READ_TURNS)
        return page
      },
    },
    tell: (frame, room) => {
      frames += 1
      for (const [one, own] of inTopic) if (own === room) one.hear(frame)
    },
  })
  let seq = 0
  const untold: RunEvent[][] = []
  /** Into the log; `tell` says so later, in order. */
  const appendOnly = async (given: number | RunFact[]): Promise<void> => {
    const some = typeof given === 'number' ? facts(given) : given
    untold.push(await log.append(RUN, some, seq, (events) => foldRun(emptyRun, events)))
    seq += some.length
  }
  const tell = (): void => feed.publish(RUN, untold.shift() ?? [])

  function listener(form: 'whole' | 'apart' = 'whole') {
    const heard: number[] = []
    const lines: unknown[] = []
    const one = { heard, lines, reloads: 0, slow: false, own: 0, hear: (frame: Frame) => (heard.push(...seqsOf(frame)), void lines.push(...frame.events)) }
    const client: LiveClient = {
      send: (frame) => {
        one.own += 1
        one.hear(frame)
      },
      reload: () => void (one.reloads += 1), isTooSlow: () => one.slow, enter: (room) => void inTopic.set(one, room), leave: () => void inTopic.delete(one),
    }
    return Object.assign(one, { join: (after?: number) => rooms.join(client, RUN, after, form) })
  }

  return {
    clock, listener, inTopic, frames: () => frames, head: () => seq,
    frame: () => clock.advance(FRAME_MS),
    appendOnly, tell,
    async append(given: number | RunFact[]) {
      await appendOnly(given)
      while (untold.length > 0) tell()
    },
  }
}

describe('rooms of runs', () => {
  test('whoever comes and goes when, hears every event once and in order', async () => {
    const act = fc.oneof(
      fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 900 }) }), fc.record({ do: fc.constantFrom('tell' as const, 'frame' as const, 'wait' as const) }),
      fc.record({ do: fc.constant('join' as const), back: fc.nat(700), form: fc.constantFrom('whole' as const, 'apart' as const) }), fc.record({ do: fc.constant('again' as const), who: fc.nat(5) }),
    )
    await fc.assert(fc.asyncProperty(fc.array(act, { maxLength: 25 }), async (acts) => {
      const { listener, append, appendOnly, tell, frame, head } = world()
      const all: { one: ReturnType<typeof listener>; from: number; stop: () => void }[] = []
      for (const action of acts) {
        switch (action.do) {
          case 'append':
            await appendOnly(action.count)
            break
          case 'tell':
            tell()
            break
          case 'frame':
            frame()
            break
          case 'wait':
            await settled()
            break
          case 'join': {
            const one = listener(action.form)
            const from = Math.max(0, head() - action.back)
            all.push({ one, from, stop: one.join(from) })
            break
          }
          case 'again': {
            const again = all[action.who]
            again?.stop()
            if (again) again.stop = again.one.join(again.one.heard.at(-1) ?? again.from)
          }
        }
      }
      await append(1)
      for (let round = 0; round < 4; round++) {
        await settled()
        frame()
      }
      for (const { one, from } of all) expect(one.heard).toEqual(Array.from({ length: head() - from }, (_, index) => from + index + 1))
    }), { numRuns: 150 })
  })

  test('a frame is made once for all that are level', async () => {
    const { listener, append, frame, frames } = world()
    await append(3)
    const all = Array.from({ length: 4 }, () => listener())
    for (const one of all) one.join(0)
    await settled()
    await append(2)
    frame()
    const own = all.map((one) => one.own)
    const before = frames()
    await append(2)
    await append(2)
    frame()
    expect(frames()).toBe(before + 1)
    expect(all.map((one) => one.own)).toEqual(own)
    expect(all.map((one) => one.heard.at(-1))).toEqual([9, 9, 9, 9])
  })

  test('who reads too slowly is told to reload and hears no more; the others do', async () => {
    const { listener, append, frame, inTopic } = world()
    const [slow, quick] = [listener(), listener()]
    slow.join(0)
    quick.join(0)
    await settled()
    await append(1)
    frame()
    slow.slow = true
    await append(1)
    frame()
    await append(1)
    frame()
    expect(slow).toMatchObject({ heard: [1], reloads: 1 })
    expect(quick).toMatchObject({ heard: [1, 2, 3], reloads: 0 })
    expect(inTopic.size).toBe(1)
  })

  test('a room that everybody has left gathers nothing', async () => {
    const { listener, append, clock } = world()
    const stop = listener().join(undefined)
    await append(1)
    stop()
    expect(clock.waiting()).toEqual([])
    await append(1)
    expect(clock.waiting()).toEqual([])
  })

  test('only what comes from now on, where no place is named', async () => {
    const { listener, append, frame } = world()
    const first = listener()
    first.join(undefined)
    await append(2)
    const second = listener()
    second.join(undefined)
    await append(1)
    frame()
    await append(1)
    frame()
    expect([first.heard, second.heard]).toEqual([[1, 2, 3, 4], [3, 4]])
  })

  test('whoever asked for references is told of large values, from the log and from the feed alike, the others have them whole', async () => {
    const { listener, append, frame, frames } = world()
    const output = { body: 'x'.repeat(LARGE_BYTES) }
    const step = (nodeId: string): RunFact[] => [{ type: 'step.started', nodeId, attempt: 1 }, { type: 'step.completed', nodeId, attempt: 1, output }]
    await append(step('a'))
    const [whole, apart] = [listener('whole'), listener('apart')]
    for (const one of [whole, apart]) one.join(0)
    await settled()
    await append(step('b'))
    frame()
    expect(frames()).toBe(2)
    expect([whole.heard, apart.heard]).toEqual([[1, 2, 3, 4], [1, 2, 3, 4]])
    expect([whole.lines[1], whole.lines[3]]).toMatchObject([{ output }, { output }])
    for (const at of [1, 3]) expect(apart.lines[at]).toMatchObject({ output: null, large: { output: { bytes: JSON.stringify(output).length } } })
    expect(JSON.stringify(apart.lines).length).toBeLessThan(LARGE_BYTES)
  })

  test('more than a frame should hold goes at once', async () => {
    const { listener, append, clock } = world()
    const one = listener()
    one.join(0)
    await settled()
    await append(5_001)
    expect(one.heard).toHaveLength(5_001)
    expect(clock.waiting()).toEqual([])
  })
})
