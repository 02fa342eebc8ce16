import { expect, test } from 'vitest'
import { alertBody } from '@/wire/alerts'
import { fleetMarks } from './fleet-alerts'

const alert = (id: string, metric: Parameters<typeof alertBody>[0]['metric'], firedAt: number, endedAt?: number) =>
  alertBody({ id, ruleId: 'r', ruleName: id, metric, severity: 'warning', subject: 'fleet', state: { kind: 'firing', since: firedAt }, seenAt: firedAt, firedAt, ...(endedAt !== undefined && { endedAt }) })
const mark = (id: string, from: number, to: number | undefined, shown: { from: number; to: number }) => ({ id, name: id, from, to, shown })

test('a mark lies within the chart, on the chart of its figure', () => {
  const alerts = [alert('queue', 'fleet.queued', 150), alert('cache', 'fleet.kvUsage', 50, 120), alert('gone', 'fleet.running', 10, 90), alert('later', 'fleet.running', 210), alert('runs', 'workflow.failureRate', 150), alert('ends-later', 'fleet.waiting', 90, 250)]
  expect(fleetMarks(alerts, 'waiting', 100, 200)).toEqual([mark('queue', 150, undefined, { from: 150, to: 200 }), mark('ends-later', 90, 250, { from: 100, to: 200 })])
  expect(fleetMarks(alerts, 'kvUsage', 100, 200)).toEqual([mark('cache', 50, 120, { from: 100, to: 120 })])
})
