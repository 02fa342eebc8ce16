import { expect, test } from 'vitest'
import { reason } from '@/domain/health/health-reason'
import { createManualClock } from '@/server/adapters/memory/manual-clock'
import type { LogEntry } from '@/server/ports/log-store'
import { createHealth, type Check } from './health'
import { diskFinding, fleetFinding, loopFinding, queueFinding } from './health-checks'

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve()
}

function world(checks: Check[]) {
  const clock = createManualClock()
  const lines: LogEntry[] = []
  const health = createHealth({ clock, logger: (entry) => void lines.push(entry), version: '1', checks })
  return {
    health, lines, data: () => lines.map((line) => line.data),
    async wait(ms: number) {
      for (let passed = 0; passed < ms; passed += 30_000) (clock.advance(30_000), await settled())
    },
  }
}

test('what turns critical is repaired, and the record says what was tried and that it helped', async () => {
  let down = false
  let tries = 0
  const { health, wait, data } = world([{ name: 'fleet', look: () => ({ status: down ? 'critical' : 'ok', message: '' }), repair: { tries: 'Start it', failed: 'fleetRestartFailed', act: () => (tries++, (down = false), Promise.resolve({ message: 'Started', reason: reason('fleetRestarted') })) } }])
  await health.start()
  down = true
  await wait(30_000)
  expect(tries).toBe(1)
  expect(health.report().status).toBe('ok')
  expect(data()).toEqual([{ kind: 'change', check: 'fleet', from: 'ok', to: 'critical' }, { kind: 'repair', check: 'fleet', tried: 'Start it', went: 'well', reason: reason('fleetRestarted') }, { kind: 'change', check: 'fleet', from: 'critical', to: 'ok' }])
})

test('H2: a repair that does not help is tried again only after five minutes', async () => {
  let tries = 0
  const { health, wait, data } = world([{ name: 'disk', look: () => ({ status: 'critical', message: 'full' }), repair: { tries: 'Sweep', failed: 'sweepFailed', act: () => (tries++, Promise.reject(new Error('read only'))) } }])
  await health.start()
  await wait(4 * 60_000)
  expect(tries).toBe(1)
  await wait(2 * 60_000)
  expect(tries).toBe(2)
  expect(data().filter((one) => (one as { kind: string }).kind === 'repair')).toEqual(Array.from({ length: 2 }, () => ({ kind: 'repair', check: 'disk', tried: 'Sweep', went: 'wrong', reason: reason('sweepFailed', { error: 'read only' }) })))
})

test('what throws is critical, the worst of all is the whole, and what stays is told once', async () => {
  const { health, wait, lines } = world([{ name: 'store', look: () => Promise.reject(new Error('gone')) }, { name: 'queue', look: () => ({ status: 'degraded', message: '' }) }, { name: 'python', look: () => ({ status: 'ok', message: '' }) }])
  await health.start()
  await wait(120_000)
  expect(health.report()).toMatchObject({ status: 'critical', checks: [{ name: 'store', status: 'critical', message: 'gone', reason: reason('lookFailed', { error: 'gone' }) }, { status: 'degraded' }, { status: 'ok' }] })
  expect(lines.map((line) => line.message)).toEqual(['store is critical: gone', 'queue is degraded: '])
})

test.each([[0.5, 'ok'], [0.09, 'degraded'], [0.02, 'critical']])('a disk with %d free is %s', (free, status) => expect(diskFinding({ disk: { totalBytes: 1e9, freeBytes: free * 1e9 } }).status).toBe(status))
test.each([[20, 'ok'], [250, 'degraded'], [2_000, 'critical']])('a loop that is %d ms late is %s', (p99Ms, status) => expect(loopFinding({ loop: { meanMs: 0, p50Ms: 0, p99Ms, maxMs: p99Ms, busyShare: 1 } }).status).toBe(status))
test.each([['healthy', 'healthy', 'ok'], ['healthy', 'unhealthy', 'degraded'], ['unhealthy', 'unhealthy', 'critical']] as const)('a fleet that is %s and %s is %s', (a, b, status) => expect(fleetFinding({ instances: [{ health: a }, { health: b }] as never }).status).toBe(status))

test('a line is no fault, one that stands at two looks while nothing works is', () => {
  expect(queueFinding(40, 8, true)).toMatchObject({ stands: false, finding: { status: 'ok' } })
  expect(queueFinding(1, 0, false)).toMatchObject({ stands: true, finding: { status: 'ok' } })
  expect(queueFinding(1, 0, true).finding).toEqual({ status: 'degraded', message: '1 run waiting although none is at work', reason: reason('queueStands', { runs: 1 }) })
})
