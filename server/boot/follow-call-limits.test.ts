import { expect, test } from 'vitest'
import { CALL_LIMITS_SETTING, type CallLimits } from '@/domain/rate/call-limits'
import { createManualClock } from '@/server/adapters/memory/manual-clock'
import { createMemorySettingStore } from '@/server/adapters/memory/memory-retained'
import { followCallLimits } from './follow-call-limits'

const limits = (requestsPerMinute: number): CallLimits => ({ models: [{ name: 'm', requestsPerMinute, tokensPerMinute: null }], keys: [] })
const settled = async (): Promise<void> => { for (let i = 0; i < 10; i++) await Promise.resolve() }

test('a router takes over what another process set, and keeps it while the store does not answer', async () => {
  const clock = createManualClock()
  const store = createMemorySettingStore()
  let broken = false
  const applied: CallLimits[] = []
  const settings = { ...store, read: (name: string) => (broken ? Promise.reject(new Error('away')) : store.read(name)) }
  const follow = await followCallLimits({ settings, clock, atFirst: limits(1), apply: (next) => void applied.push(next) })
  expect(applied).toEqual([limits(1)])
  await store.write(CALL_LIMITS_SETTING, limits(2))
  clock.advance(5_000)
  await settled()
  broken = true
  clock.advance(5_000)
  await settled()
  expect(applied).toEqual([limits(1), limits(2)])
  follow.stop()
  broken = false
  await store.write(CALL_LIMITS_SETTING, limits(3))
  clock.advance(60_000)
  await settled()
  expect(applied).toHaveLength(2)
})
