import { expect, test } from 'vitest'
import type { AlertBody } from '@/wire/alerts'
import { groupAlerts, isUnseen } from './group-alerts'

const alert = (id: string, more: Partial<AlertBody> = {}): AlertBody => ({
  id, ruleId: 'slow', ruleName: 'Slow', metric: 'workflow.failureRate', unit: 'share', severity: 'warning', subject: id, status: 'firing', since: '2026-01-01T00:00:00.000Z', example: null,
  value: 1, seenAt: '2026-01-01T00:00:00.000Z', firedAt: '2026-01-01T00:00:00.000Z', endedAt: null, acknowledgedAt: null, acknowledgedBy: null, silencedUntil: null, ...more,
})

test('alerts of a rule stand together, where the worst of them stands', () => {
  const open = [alert('a', { status: 'pending' }), alert('b'), alert('c', { ruleId: 'full', severity: 'critical' }), alert('d'), alert('e', { ruleId: 'gone', status: 'no-data', severity: 'critical' })]
  expect(groupAlerts(open).map((group) => group.map(({ id }) => id))).toEqual([['c'], ['d', 'b', 'a'], ['e']])
})

test('only what fired, and nobody has seen, waits for somebody', () => {
  expect([alert('a'), alert('b', { firedAt: null, status: 'pending' }), alert('c', { acknowledgedAt: '2026-01-01T00:00:00.000Z' })].filter(isUnseen).map(({ id }) => id)).toEqual(['a'])
})
