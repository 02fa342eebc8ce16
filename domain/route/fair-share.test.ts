import { describe, expect, test } from 'vitest'
import { fairDefaults } from './fair-share'
import { createFlow, type FlowSettings } from './flow'
import { createPrefixIndex } from './prefix-index'
import { createScheduledInstance, type Fleet, type RouteCall } from './scheduler'

const TAKES_MS = 1_000
const block = (() => { let next = 0; return (): number => ++next })()
/** Ten of them fill an instance. Prompts share nothing, so that each takes room of its own. */
const call = (id: string, arrivedAt: number, more: Partial<RouteCall> = {}): RouteCall => ({ id, blocks: Array.from({ length: 14 }, block), promptTokens: 14 * 64, outputTokens: 100, arrivedAt, ...more })

/** Lets calls come, each take a second, and tells when each was placed. */
function waits(arrivals: readonly RouteCall[], { instances: count = 1, ...settings }: Partial<FlowSettings> & { instances?: number } = {}): Map<string, number> {
  const instances = Array.from({ length: count }, (_, index) => createScheduledInstance(`i${index}`, { kvTokens: 10_000, maxSeqs: 64 }))
  const fleet: Fleet = { instances, prefixes: createPrefixIndex(), blockTokens: 64 }
  const flow = createFlow(fleet, settings)
  const waited = new Map<string, number>()
  const ends: { id: string; at: number }[] = []
  const coming = [...arrivals]
  for (let now = 0; coming.length + ends.length + flow.waiting() > 0; now += 50) {
    while (coming[0] && coming[0].arrivedAt <= now) flow.arrive(coming.shift()!)
    while (ends[0] && ends[0].at <= now) flow.finish(ends.shift()!.id, 100, now)
    for (let placed = flow.place(now); placed.length > 0; placed = flow.place(now)) {
      for (const one of placed) {
        waited.set(one.call.id, now - one.call.arrivedAt)
        ends.push({ id: one.call.id, at: now + TAKES_MS })
      }
    }
  }
  return waited
}

const many = (count: number, of: (index: number) => Partial<RouteCall>): RouteCall[] => Array.from({ length: count }, (_, index) => call(`many ${index}`, index / 100, of(index)))
const floods: [string, Partial<RouteCall>, (index: number) => Partial<RouteCall>][] = [
  ['new runs of one workflow, before one of another', { runKey: 'late', party: 'small', last: true }, (index) => ({ runKey: `r${index}`, party: 'large', last: true })],
  ['siblings of one run, before a run of another workflow', { runKey: 'late', party: 'small', last: true }, () => ({ runKey: 'wide', party: 'large' })],
  ['siblings of one run, where nobody names workflows', { runKey: 'late' }, () => ({ runKey: 'wide' })],
  ['calls of one key, before one of another', { party: 'key-b' }, () => ({ party: 'key-a' })],
  ['calls of one key, before a run', { runKey: 'late', party: 'small' }, () => ({ party: 'key-a' })],
  ['runs, before a plain call', {}, (index) => ({ runKey: `r${index}`, party: 'large', last: true })],
]

describe('F6: 1,000 waiting calls of one party do not starve another', () => {
  test.each(floods)('%s', (_name, late, flood) => {
    const waited = waits([...many(1_000, flood), call('late', 2_000, late)])
    // Ten a second: in turn it would wait for more than a minute and a half.
    expect(waited.get('late')).toBeLessThan(7_000)
    expect(waited.size).toBe(1_001)
  })

  test('a large call does not wait for ever for room that small ones take', () => {
    const large = call('late', 2_000, { runKey: 'late', party: 'small', promptTokens: 128 * 64, blocks: Array.from({ length: 128 }, block) })
    expect(waits([...many(1_000, (index) => ({ runKey: `r${index}`, party: 'large', last: true })), large]).get('late')).toBeLessThan(8_000)
  })

  test('the second call of a run is no worse off than its first', () => {
    const arrivals = [...many(1_000, () => ({ runKey: 'wide', party: 'large' })), call('one', 2_000, { runKey: 'late', party: 'small' }), call('two', 9_500, { runKey: 'late', party: 'small' })]
    const waited = waits(arrivals)
    expect(waited.get('one')).toBeLessThan(7_000)
    expect(waited.get('two')).toBeLessThan(7_000)
  })

  test('the many are not starved in turn: two parties of as many calls share', () => {
    const waited = waits([...many(200, () => ({ party: 'a' })), ...Array.from({ length: 200 }, (_, index) => call(`other ${index}`, 2 + index / 100, { party: 'b' }))])
    expect(Math.max(...waited.values())).toBeLessThan(60_000)
  })

  test('while waits are short nothing goes out of turn', () => {
    const arrivals = [...many(40, (index) => ({ runKey: `r${index}`, party: 'large', last: true })), call('late', 500, { runKey: 'late', party: 'small', last: true })]
    expect(waits(arrivals)).toEqual(waits(arrivals, { fair: { ...fairDefaults, patienceMs: Infinity } }))
  })
})
