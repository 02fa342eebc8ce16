import { expect, test } from 'vitest'
import { createManualClock } from '../adapters/memory/manual-clock'
import { createSeededIds } from '../adapters/memory/seeded-ids'
import { createRouter } from './create-router'
import { jsonReply, scriptedInstance } from './scripted-instance'

const until = async (isTrue: () => boolean | Promise<boolean>) => { while (!(await isTrue())) await new Promise((resolve) => setImmediate(resolve)) }
/** More than half of the KV cache that is assumed where no server says: one call at a time. */
const LARGE = 480_000

test('the wait of calls that found no place is foretold, compared, and corrected', async () => {
  const clock = createManualClock()
  const instance = scriptedInstance('i0')
  const open: (() => void)[] = []
  instance.answer = () => new Promise((resolve) => open.push(() => resolve(jsonReply({ usage: { prompt_tokens: 5, completion_tokens: 1 } }))))
  const router = createRouter({ clients: [instance], clock, ids: createSeededIds(), log: () => undefined })
  let made = 0
  // Each prompt is another: what calls share takes no room.
  const call = (signal = new AbortController().signal) => router.dispatch({ path: '/v1/chat/completions', headers: {}, body: Buffer.from(JSON.stringify({ model: 'm', max_tokens: 10, messages: [{ role: 'user', content: String.fromCharCode(65 + made++).repeat(LARGE) }] })) }, signal)
  const figure = async (series: string) => Number(new RegExp(`^heddle_router_${series.replace(/[{}]/g, '\\$&')} (\\S+)$`, 'm').exec(await router.metricsText())?.[1] ?? 0)
  const waiting = async (count: number) => until(async () => (await figure('waiting')) === count && open.length === 1)

  const calls = [call()]
  await until(() => open.length === 1)
  // The first found a place at once, and is not foretold.
  expect(await figure('queue_wait_seconds_count{kind="actual"}')).toBe(0)
  const left = new AbortController()
  const gone = call(left.signal).catch(() => 'left')
  for (let index = 0; index < 9; index++) calls.push(call())
  await waiting(10)
  left.abort()
  expect(await gone).toBe('left')
  await waiting(9)

  async function oneEnds(index: number): Promise<void> {
    clock.advance(2_000)
    open.shift()!()
    for await (const _ of (await calls[index]!).body);
  }
  // One comes for each that ends, every two seconds.
  for (let index = 0; index < 10; index++) {
    await oneEnds(index)
    calls.push(call())
    await waiting(9)
  }
  expect(await figure('queue_wait_seconds_count{kind="actual"}')).toBe(10)
  // Those that were there before enough had ended were not foretold.
  expect(await figure('queue_wait_seconds_count{kind="expected"}')).toBe(0)
  for (let index = 10; index < 19; index++) {
    await oneEnds(index)
    await waiting(18 - index)
  }
  const told = await figure('queue_wait_seconds_count{kind="expected"}')
  expect(told).toBeGreaterThan(3)
  expect(await figure('queue_wait_error_seconds_count')).toBe(told)
  // Eight were before each of them when it came: nine times two seconds, and so it was.
  expect(await figure('queue_wait_seconds_sum{kind="expected"}')).toBeCloseTo(told * 18)
  expect(await figure('queue_wait_error_seconds_sum')).toBeCloseTo(0)
  expect(await figure('queue_wait_correction_ratio{rank="plain"}')).toBeCloseTo(1)
})
