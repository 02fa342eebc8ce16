import { expect, test } from 'vitest'
import { HEALTH_CODES, reason } from '@/domain/health/health-reason'
import english from '@/app/messages/en/settings.json'
import korean from '@/app/messages/ko/settings.json'
import { healthBody, healthEventsOf } from '@/wire/telemetry'
import { spokenValues } from './health-words'

test('values are said in their units, counts stay numbers', () => {
  expect(spokenValues(reason('diskFree', { freeShare: 0.5, freeBytes: 2e9, runs: 3, p99Ms: 12, error: 'x' }), 'en')).toEqual({ freeShare: '50%', freeBytes: '2.0GB', runs: 3, p99Ms: '12ms', error: 'x' })
})

test('every reason can be said in both languages', () => {
  for (const { checks } of [english, korean]) expect(Object.keys(checks.reason).sort()).toEqual([...HEALTH_CODES].sort())
})

test('the report keeps its message beside the reason; a line of another version is told without one', () => {
  const check = { name: 'fleet', status: 'ok' as const, message: '2 of 2 instances are healthy', reason: reason('fleetHealthy', { healthy: 2, all: 2 }), checkedAt: 0 }
  expect(healthBody({ status: 'ok', version: '1', uptimeMs: 1, checks: [check] }).checks).toEqual([{ ...check, checkedAt: '1970-01-01T00:00:00.000Z' }])
  const line = (reason?: unknown) => ({ id: 1, at: 0, message: 'm', data: { kind: 'change', check: 'fleet', from: 'ok', to: 'critical', reason } })
  expect(healthEventsOf([line(), line({ code: 'unheardOf' }), line({ code: 'swept' })]).map(({ happened }) => happened.reason)).toEqual([undefined, undefined, reason('swept')])
})
