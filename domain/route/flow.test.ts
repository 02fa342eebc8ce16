import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createFlow } from './flow'
import { policies, pooled, readPolicyChoice } from './policies'
import { createPrefixIndex } from './prefix-index'
import { createScheduledInstance, type Fleet, type RouteCall, type Scheduler } from './scheduler'

const KV = 10_000
function fleetOf(count: number): Fleet {
  return { instances: Array.from({ length: count }, (_, index) => createScheduledInstance(`i${index}`, { kvTokens: KV, maxSeqs: 8 })), prefixes: createPrefixIndex(), blockTokens: 64 }
}
let calls = 0
function call(runKey: string | undefined, tokens: number, more: Partial<RouteCall> = {}): RouteCall {
  const id = `c${calls++}`
  // Blocks of a run are its own, and a longer prompt of it begins with the shorter.
  const blocks = Array.from({ length: Math.floor(tokens / 64) }, (_, index) => hashOf(runKey ?? id) * 1_000 + index)
  return { id, blocks, promptTokens: tokens, outputTokens: 100, arrivedAt: 0, ...(runKey !== undefined && { runKey }), ...more }
}
const hashOf = (text: string): number => [...text].reduce((hash, char) => (hash * 31 + char.charCodeAt(0)) % 100_000, 7)
const placesOf = (scheduler: Scheduler, now = 0) => Object.fromEntries(scheduler.place(now).map((one) => [one.call.id, `${one.instanceId} ${one.reason}`]))
const send = (scheduler: Scheduler, one: RouteCall, now = 0) => {
  scheduler.arrive(one)
  return placesOf(scheduler, now)[one.id]
}

describe('FLOW', () => {
  test('F1: a run goes on where it began, new runs where the fewest live', () => {
    const flow = createFlow(fleetOf(2))
    const a = call('a', 1_000)
    expect(send(flow, a)).toBe('i0 admitted')
    expect(send(flow, call('b', 1_000))).toBe('i1 admitted')
    expect(send(flow, call('c', 1_000))).toBe('i0 admitted')
    flow.finish(a.id, 100, 1)
    expect(send(flow, call('a', 1_200))).toBe('i0 home')
  })

  test('F1: a home that is gone is left, one that is slow between two calls', () => {
    const fleet = fleetOf(2)
    const flow = createFlow(fleet)
    const first = call('a', 1_000)
    send(flow, first)
    flow.finish(first.id, 10, 1)
    fleet.instances[0]!.slowness = 3
    expect(send(flow, call('a', 1_100))).toBe('i1 moved')
    fleet.instances[1]!.usable = false
    expect(send(flow, call('a', 1_100))).toBe('i0 admitted')
  })

  test('F3, F4: what does not fit waits, and goes when there is room', () => {
    const flow = createFlow(fleetOf(1))
    const big = call('a', 6_000, { remainingTokens: 500 })
    send(flow, big)
    const next = call('b', 6_000)
    expect(send(flow, next)).toBeUndefined()
    expect(flow.waiting()).toBe(1)
    flow.finish(big.id, 100, 1)
    // The run that lives there has not ended: its prefix is kept for it.
    expect(placesOf(flow, 2)).toEqual({})
  })

  test('F5: claims of runs that pause do not keep an instance empty', () => {
    const flow = createFlow(fleetOf(1))
    const big = call('a', 6_000, { remainingTokens: 500 })
    send(flow, big)
    flow.finish(big.id, 100, 10)
    const next = call('b', 6_000, { arrivedAt: 10 })
    expect(send(flow, next, 10)).toBeUndefined()
    expect(placesOf(flow, 1_009)).toEqual({})
    expect(placesOf(flow, 1_010)[next.id]).toBe('i0 admitted')
  })

  test('F4: runs that do not say what comes, and never come back, soon claim nothing', () => {
    const flow = createFlow(fleetOf(1))
    const busy = call('busy', 1_000)
    send(flow, busy)
    let now = 0
    // Beside one long call, more runs of one call each than the cache could hold at once.
    for (let index = 0; index < 40; index++) {
      const one = call(`once${index}`, 4_000, { arrivedAt: now })
      expect(send(flow, one, now)).toBe('i0 admitted')
      flow.finish(one.id, 10, (now += 1_500))
      now += 600
    }
  })

  test('a higher priority goes first, and waiting outweighs it', () => {
    const fill = (flow: Scheduler) => {
      const filler = call('filler', 9_000, { last: true })
      send(flow, filler)
      return filler
    }
    const nextOf = (olderBy: number) => {
      const flow = createFlow(fleetOf(1))
      const filler = fill(flow)
      const low = call('low', 9_000, { priority: 1 })
      const high = call('high', 9_000, { priority: 3, arrivedAt: olderBy })
      for (const one of [low, high]) flow.arrive(one)
      flow.finish(filler.id, 10, olderBy)
      return Object.keys(placesOf(flow, olderBy))[0] === high.id ? 'high' : 'low'
    }
    expect([nextOf(19_000), nextOf(21_000)]).toEqual(['high', 'low'])
  })

  test('F4: a run that has said that it ends makes room at once', () => {
    const flow = createFlow(fleetOf(1))
    const big = call('a', 6_000, { last: true })
    send(flow, big)
    const next = call('b', 6_000)
    expect(send(flow, next)).toBeUndefined()
    flow.finish(big.id, 100, 1)
    expect(placesOf(flow)[next.id]).toBe('i0 admitted')
  })

  test('F2: a continuation goes before a new run that came earlier', () => {
    const flow = createFlow(fleetOf(1))
    const old = call('old', 4_000)
    send(flow, old)
    const filler = call('filler', 4_500, { last: true })
    send(flow, filler)
    flow.finish(old.id, 100, 1)
    const fresh = call('fresh', 4_000)
    flow.arrive(fresh)
    expect(placesOf(flow)).toEqual({})
    const again = call('old', 4_900)
    flow.arrive(again)
    flow.finish(filler.id, 10, 2)
    expect(Object.keys(placesOf(flow))[0]).toBe(again.id)
  })

  test('siblings of a fan-out share their prefix: they fit together where each alone would not', () => {
    const flow = createFlow(fleetOf(1))
    const siblings = Array.from({ length: 6 }, () => call('a', 4_000))
    siblings.forEach((one) => flow.arrive(one))
    const placed = [...Object.keys(placesOf(flow)), ...Object.keys(placesOf(flow))]
    expect(new Set(placed).size).toBe(6)
  })

  test('a call whose prefix may be copied does not wait for its home', () => {
    const flow = createFlow(fleetOf(2))
    send(flow, call('a', 6_000))
    const other = (more: Partial<RouteCall>) => ({ ...call('b', 6_000, more), runKey: 'a' })
    expect(send(flow, other({}))).toBeUndefined()
    expect(send(flow, other({ maySpread: true }))).toBe('i1 spread')
    expect(send(flow, call('a', 6_100))).toBe('i0 home')
  })

  test('F5: a call larger than the whole cache still goes, to an instance that is empty', () => {
    expect(send(createFlow(fleetOf(1)), call('a', 50_000))).toBe('i0 admitted')
  })
})

const schedulers: [string, (fleet: Fleet) => Scheduler][] = [...Object.entries(policies), ['pools', pooled({ all: 'flow', byModel: { m1: 'round-robin', m2: 'run-affinity' } })]]
test.each(schedulers)('%s: every call is placed once, on an instance that may take it, and nothing is left behind', (_name, schedulerOf) => {
  fc.assert(
    fc.property(fc.array(fc.record({ run: fc.option(fc.nat(4)), tokens: fc.integer({ min: 1, max: 12_000 }), last: fc.boolean(), tried: fc.nat(2), leaves: fc.nat(9), model: fc.nat(2) }), { maxLength: 40 }), fc.infiniteStream(fc.nat(3)), (specs, choices) => {
      const fleet = fleetOf(3)
      const scheduler = schedulerOf(fleet)
      const open = new Map<string, RouteCall>()
      const placed = new Map<string, string>()
      let expected = 0
      let now = 0
      const take = () => {
        for (const { call: one, instanceId } of scheduler.place(now)) {
          expect(placed.has(one.id)).toBe(false)
          expect(one.tried?.has(instanceId) ?? false).toBe(false)
          placed.set(one.id, instanceId)
          open.set(one.id, one)
        }
      }
      const end = () => {
        const [first] = open.values()
        if (!first) return
        open.delete(first.id)
        scheduler.finish(first.id, 50, now)
        take()
      }
      for (const { run, tokens, last, tried, leaves, model } of specs) {
        now += 10
        const one = call(run === null ? undefined : `r${run}`, tokens, { last, arrivedAt: now, ...(model > 0 && { model: `m${model}` }), ...(tried > 0 && { tried: new Set([`i${tried}`]) }) })
        scheduler.arrive(one)
        if (leaves === 0) scheduler.leave(one.id, now)
        else {
          expected += 1
          take()
        }
        if (choices.next().value === 0) end()
      }
      for (let turn = 0; turn < 200 && (open.size > 0 || scheduler.waiting() > 0); turn++) {
        now += 61_000
        take()
        end()
      }
      expect(placed.size).toBe(expected)
      expect(scheduler.waiting()).toBe(0)
      for (const instance of fleet.instances) expect([instance.calls.size, instance.pinned.size, instance.growthTokens, instance.prefillTokens]).toEqual([0, 0, 0, 0])
    }),
  )
})

describe('the choice of policies', () => {
  test.each([
    ['flow', { all: 'flow', byModel: {} }],
    ['round-robin', { all: 'round-robin', byModel: {} }],
    ['flow, org/llama-70b=least-requests', { all: 'flow', byModel: { 'org/llama-70b': 'least-requests' } }],
    ['a=run-affinity,b=cache-aware', { all: 'flow', byModel: { a: 'run-affinity', b: 'cache-aware' } }],
  ])('%s', (text, choice) => {
    expect(readPolicyChoice(text)).toEqual(choice)
  })

  test.each(['fast', 'flow,round-robin', 'toString', 'm='])('%s is refused with what there is', (text) => {
    expect(readPolicyChoice(text)).toEqual(expect.stringMatching(/policy|policies/))
  })

  test('each model has the policy that was chosen for it', () => {
    const scheduler = pooled({ all: 'flow', byModel: { m1: 'round-robin' } })(fleetOf(2))
    for (const model of ['m1', 'm2']) scheduler.arrive(call('a', 100, { model }))
    expect(scheduler.place(0).map((one) => one.policy)).toEqual(['round-robin', 'flow'])
    expect(scheduler.name).toBe('flow, m1: round-robin')
  })
})
