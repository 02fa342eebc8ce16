import { expect, test } from 'vitest'
import type { LogEntry } from '@/server/ports/log-store'
import { createMemorySettingStore } from '../adapters/memory/memory-retained'
import { localActor as me } from './actor'
import { setCallLimits } from './set-call-limits'

test('limits of the environment hold until some are set; these are kept, told of, and in force at once', async () => {
  const lines: LogEntry[] = []
  const applied: unknown[] = []
  const deps = { settings: createMemorySettingStore(), logger: (line: LogEntry) => void lines.push(line), atFirst: { models: [{ name: '*', requestsPerMinute: 5, tokensPerMinute: null }], keys: [] }, onSet: (limits: unknown) => void applied.push(limits) }
  expect(await setCallLimits(deps).read(me)).toEqual(deps.atFirst)
  const limits = { models: [], keys: [{ name: 'no-key', requestsPerMinute: null, tokensPerMinute: 900 }] }
  await setCallLimits(deps).set(me, limits)
  expect(await setCallLimits(deps).read(me)).toEqual(limits)
  expect(applied).toEqual([limits])
  expect(lines).toMatchObject([{ category: 'security', data: { limits } }])
})
