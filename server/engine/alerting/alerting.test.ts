import { describe, expect, test } from 'vitest'
import type { NoticeBody } from '@/domain/alert/alert-notice'
import { AppError } from '@/domain/error'
import type { FleetView } from '@/domain/route/fleet-view'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunFact, RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { createManualClock } from '@/server/adapters/memory/manual-clock'
import { createMemoryAlertStore } from '@/server/adapters/memory/memory-alert-store'
import { createMemoryRunLog } from '@/server/adapters/memory/memory-run-log'
import { createRunFeed } from '@/server/adapters/memory/run-feed'
import { createSeededIds } from '@/server/adapters/memory/seeded-ids'
import type { AlertRule } from '@/server/ports/alert-store'
import { createAlerting, LOOK_MS } from './alerting'
import { pauseAfter } from './deliver-notices'
import type { ServerLook } from './server-samples'

class NoAnswer extends AppError {
  readonly code = 'HTTP_UNREACHABLE'
  readonly hint = 'Is it up?'
  constructor(override readonly retryable: boolean) {
    super('No answer')
  }
}

const target = { kind: 'webhook' as const, url: 'https://example.test/hook' }
const failures: AlertRule = {
  id: 'rule_failures', name: 'Failures', metric: 'workflow.failureRate', filter: {}, is: 'above', threshold: 0.3, windowMs: 600_000, forMs: 0, keepFiringMs: 0,
  severity: 'critical', noData: 'keep', enabled: true, delivery: [target], createdAt: 1, updatedAt: 1,
}
/** Lets what has been promised happen: memory stores take a few turns. */
const settled = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)))

/** `restart` leaves what is stored, and nothing else. */
async function createWorld({ rules = [failures], readyMade = false }: { rules?: AlertRule[]; readyMade?: boolean } = {}) {
  const clock = createManualClock()
  const log = createMemoryRunLog({ clock })
  const store = createMemoryAlertStore()
  const ids = createSeededIds()
  const sent: { id: string; url: string; type: NoticeBody['type']; alertId: string; value: number | null }[] = []
  const answers: { error?: Error; hang?: boolean; refuse?: string } = {}
  let look: ServerLook = { host: { at: 0, cpu: { cores: 2, machineShare: 0.1 }, memory: { totalBytes: 100, freeBytes: 60, residentBytes: 1, heapUsedBytes: 1, heapLimitBytes: 10 }, loop: { meanMs: 1, p50Ms: 1, p99Ms: 5, maxMs: 9, busyShare: 0 } }, queuedRuns: 0, messages: undefined }
  let fleet: FleetView = { simulated: true, policy: 'p', waiting: 0, instances: [] }
  let feed = createRunFeed()
  let alerting = make()
  let count = 0
  function make(onDuty = () => true) {
    feed = createRunFeed()
    return createAlerting({
      onDuty,
      store, log, feed, fleet: () => fleet, server: () => Promise.resolve(look), clock, ids, logger: () => undefined,
      notifier: {
        send: async ({ url }, { id, body }) => {
          sent.push({ id, url, type: body.type, alertId: body.data.alertId, value: body.data.value })
          if (answers.hang) await new Promise(() => undefined)
          if (answers.error) throw answers.error
          if (answers.refuse === url) throw new NoAnswer(true)
        },
      },
    })
  }
  const start = async () => {
    await alerting.start()
    if (!readyMade) for (const id of ['rule_failureRate', 'rule_meanDuration', 'rule_agentSuccess']) await store.removeRule(id)
    await alerting.look()
    await settled()
  }
  for (const rule of rules) await store.addRule(rule)
  return {
    clock, store, sent, answers,
    setServer: (change: Partial<ServerLook>) => void (look = { ...look, ...change }),
    setFleet: (change: Partial<FleetView>) => void (fleet = { ...fleet, ...change }),
    start,
    open: () => alerting.open(),
    another(onDuty: () => boolean) {
      const own = feed
      const one = make(onDuty)
      feed = own
      return one
    },
    samples: (from: number) => alerting.samples(from),
    async restart() {
      alerting.stop()
      alerting = make()
      await start()
    },
    async pass(ms = LOOK_MS) {
      for (let rest = ms; rest > 0; rest -= LOOK_MS) {
        clock.advance(Math.min(rest, LOOK_MS))
        await settled()
      }
    },
    async run(ok: boolean, workflowId = 'wf_1') {
      const id = `run_${count++}` as RunId
      const error = { code: 'X', message: 'x', retryable: false }
      const facts: RunFact[] = [{ type: 'run.queued', workflowId, workflowName: 'W', version: 1, graphHash: 'h', input: null, priority: 5 }, { type: 'run.started' }, ok ? { type: 'run.completed', output: null } : { type: 'run.failed', error }]
      feed.publish(id, await log.append(id, facts, 0, (events) => foldRun(emptyRun, events)))
    },
  }
}

describe('from firing to well', () => {
  test('a rule fires for the workflow that breaks it, and tells it once', async () => {
    const world = await createWorld()
    await world.start()
    await world.run(false)
    await world.run(true, 'wf_2')
    await world.pass()
    expect(world.open()).toMatchObject([{ subject: 'wf_1', state: { kind: 'firing' }, value: 1, ruleName: 'Failures' }])
    await world.pass(60_000)
    expect(world.sent).toMatchObject([{ type: 'alert.firing', value: 1 }])
    expect(await world.store.openAlerts()).toMatchObject([{ example: { workflowName: 'W' } }])
  })

  test('it ends when runs go well again, says so once, and a second breach is a second alert', async () => {
    const world = await createWorld()
    await world.start()
    await world.run(false)
    await world.pass()
    for (let more = 0; more < 3; more++) await world.run(true)
    await world.pass()
    expect(world.open()).toEqual([])
    for (let more = 0; more < 4; more++) await world.run(false)
    await world.pass()
    expect(world.sent.map((one) => one.type)).toEqual(['alert.firing', 'alert.resolved', 'alert.firing'])
    const [first, end, second] = world.sent
    expect([end!.alertId, second!.alertId === first!.alertId]).toEqual([first!.alertId, false])
    expect((await world.store.fired({})).items).toHaveLength(2)
  })

  test('the pending one is shown and told to nobody', async () => {
    const world = await createWorld({ rules: [{ ...failures, forMs: 25_000 }] })
    await world.start()
    await world.run(false)
    await world.pass()
    expect([world.open().map((one) => one.state.kind), world.sent]).toEqual([['pending'], []])
    await world.pass(30_000)
    expect([world.open().map((one) => one.state.kind), world.sent.length]).toEqual([['firing'], 1])
  })

  test('data coming back after a gap ends the old firing, or begins another', async () => {
    const world = await createWorld({ rules: [{ ...failures, noData: 'show', windowMs: 30_000 }] })
    await world.start()
    await world.run(false)
    await world.pass(40_000)
    expect(world.open()).toMatchObject([{ state: { kind: 'no-data' } }])
    expect(world.open()[0]).not.toHaveProperty('value')
    await world.run(false)
    await world.pass()
    expect(world.open()).toMatchObject([{ state: { kind: 'firing' } }])
    expect(world.sent.map((one) => one.type).sort()).toEqual(['alert.firing', 'alert.firing', 'alert.resolved'])
  })
})

describe('two processes', () => {
  test('show the same, and one of them judges and tells', async () => {
    const world = await createWorld()
    const held = { other: false }
    const other = world.another(() => held.other)
    await world.start()
    await other.start()
    await world.run(false)
    await world.pass()
    await other.look()
    await settled()
    expect(other.open()).toEqual(world.open())
    expect([other.open().length, world.sent.length]).toEqual([1, 1])
  })
})

describe('a restart', () => {
  test('goes on with what fires and tells nobody twice', async () => {
    const world = await createWorld()
    await world.start()
    await world.run(false)
    await world.pass()
    const [before] = world.open()
    await world.restart()
    await world.pass(30_000)
    expect([world.open()[0]?.id, world.open()[0]?.state, world.sent.length]).toEqual([before!.id, before!.state, 1])
  })

  test('reads what ended before it from the log', async () => {
    const world = await createWorld()
    await world.run(false)
    await world.pass()
    await world.restart()
    expect(world.open()).toMatchObject([{ subject: 'wf_1', state: { kind: 'firing' } }])
    expect((await world.samples(0)).runs).toHaveLength(1)
  })

  test('while a notice was under way sends it again under the same id', async () => {
    const world = await createWorld()
    await world.start()
    world.answers.hang = true
    await world.run(false)
    await world.pass(30_000)
    expect(world.sent).toHaveLength(1)
    world.answers.hang = false
    await world.restart()
    await world.pass(30_000)
    expect(world.sent.map((one) => one.id)).toEqual([world.sent[0]!.id, world.sent[0]!.id])
    expect(await world.store.notices()).toEqual([])
  })
})

describe('a notice that is not taken', () => {
  test('is tried again, later each time, until it is', async () => {
    const world = await createWorld()
    await world.start()
    world.answers.error = new NoAnswer(true)
    await world.run(false)
    await world.pass()
    expect(await world.store.deliveries()).toMatchObject([{ ruleId: 'rule_failures', error: 'No answer', attempts: 1, final: false }])
    world.clock.advance(pauseAfter(1))
    await settled()
    expect(world.sent).toHaveLength(2)
    delete world.answers.error
    world.clock.advance(pauseAfter(2))
    await settled()
    expect([world.sent.length, await world.store.notices()]).toEqual([3, []])
    expect((await world.store.deliveries())[0]).not.toHaveProperty('error')
  })

  test('waits for the one before it at its address, and for none at another', async () => {
    const other = { kind: 'slack' as const, url: 'https://example.test/slack' }
    const world = await createWorld({ rules: [{ ...failures, delivery: [target, other] }] })
    await world.start()
    world.answers.refuse = target.url
    await world.run(false)
    await world.pass()
    for (let more = 0; more < 3; more++) await world.run(true)
    world.clock.advance(LOOK_MS - pauseAfter(1))
    await world.pass()
    delete world.answers.refuse
    await world.pass(60_000)
    const typesAt = (url: string) => world.sent.filter((one) => one.url === url).map((one) => one.type)
    expect(typesAt(other.url)).toEqual(['alert.firing', 'alert.resolved'])
    expect(typesAt(target.url).at(-1)).toBe('alert.resolved')
    expect(typesAt(target.url).lastIndexOf('alert.firing')).toBe(typesAt(target.url).indexOf('alert.resolved') - 1)
    expect(typesAt(target.url).filter((type) => type === 'alert.firing').length).toBeGreaterThan(1)
  })

  test('is given up at once where trying again is of no use', async () => {
    const world = await createWorld()
    await world.start()
    world.answers.error = new NoAnswer(false)
    await world.run(false)
    await world.pass(60_000)
    expect([world.sent.length, await world.store.notices()]).toEqual([1, []])
    expect(await world.store.deliveries()).toMatchObject([{ error: 'No answer', final: true }])
  })
})

describe('people', () => {
  test('a silence keeps it quiet; when it ends, what still fires is told', async () => {
    const world = await createWorld()
    await world.start()
    await world.store.saveSilence({ id: 's', ruleId: 'rule_failures', comment: '', by: 'me', startsAt: 0, endsAt: world.clock.now() + 60_000 })
    await world.run(false)
    await world.pass(50_000)
    expect([world.open()[0]?.silencedUntil !== undefined, world.sent]).toEqual([true, []])
    await world.pass(10_000)
    expect([world.open()[0]?.silencedUntil, world.sent.length]).toEqual([undefined, 1])
  })

  test('one that a person has seen while it was silenced is not told afterwards', async () => {
    const world = await createWorld()
    await world.start()
    await world.store.saveSilence({ id: 's', comment: '', by: 'me', startsAt: 0, endsAt: world.clock.now() + 30_000 })
    await world.run(false)
    await world.pass()
    await world.store.acknowledge(world.open()[0]!.id, 'me', 5)
    await world.pass(60_000)
    expect([world.open()[0]?.acknowledgedBy, world.sent]).toEqual(['me', []])
  })

  test.each<[string, (world: Awaited<ReturnType<typeof createWorld>>) => Promise<unknown>]>([
    ['removed', (world) => world.store.removeRule('rule_failures')],
    ['switched off', (world) => world.store.changeRule({ ...failures, enabled: false, updatedAt: 2 })],
    ['edited so that all is well', (world) => world.store.changeRule({ ...failures, is: 'below', threshold: 0, updatedAt: 2 })],
  ])('who was told of the firing is told of its end when the rule is %s', async (_how, act) => {
    const world = await createWorld()
    await world.start()
    await world.run(false)
    await world.pass()
    await act(world)
    await world.pass(30_000)
    expect([world.open(), world.sent.map((one) => one.type)]).toEqual([[], ['alert.firing', 'alert.resolved']])
  })
})

describe('what is measured', () => {
  test('the server itself: memory that is nearly full fires and ends, runs in line too; messages that another process keeps are no data', async () => {
    const rule = { ...failures, metric: 'server.memory' as const, threshold: 0.9, noData: 'show' as const, windowMs: 10_000 }
    const world = await createWorld({ rules: [rule, { ...rule, id: 'rule_line', metric: 'server.queuedRuns', threshold: 2, createdAt: 2 }, { ...rule, id: 'rule_messages', metric: 'server.messages', createdAt: 3 }] })
    const host = { at: 0, cpu: { cores: 2 }, memory: { totalBytes: 100, freeBytes: 5, residentBytes: 1, heapUsedBytes: 1, heapLimitBytes: 10 }, loop: { meanMs: 1, p50Ms: 1, p99Ms: 5, maxMs: 9, busyShare: 0 } }
    world.setServer({ host, queuedRuns: 3 })
    await world.start()
    const said = () => world.open().map(({ metric, subject, state }) => `${metric} ${subject} ${state.kind}`).sort()
    expect(said()).toEqual(['server.memory server firing', 'server.messages server no-data', 'server.queuedRuns server firing'])
    world.setServer({ host: { ...host, memory: { ...host.memory, freeBytes: 50 } }, queuedRuns: 0, messages: 4 })
    await world.pass()
    expect(said()).toEqual(['server.messages server firing'])
  })

  test('the queue of the router; a figure that no instance tells is no data', async () => {
    const fleetRule = { ...failures, metric: 'fleet.queued' as const, threshold: 3, noData: 'show' as const, windowMs: 10_000 }
    const world = await createWorld({ rules: [fleetRule, { ...fleetRule, id: 'rule_kv', metric: 'fleet.kvUsage', createdAt: 2 }] })
    world.setFleet({ waiting: 4 })
    await world.start()
    expect(world.open().map(({ metric, subject, state }) => [metric, subject, state.kind]).sort()).toEqual([['fleet.kvUsage', 'fleet', 'no-data'], ['fleet.queued', 'fleet', 'firing']])
    world.setFleet({ waiting: 1 })
    await world.pass()
    expect(world.open().map(({ metric }) => metric)).toEqual(['fleet.kvUsage'])
  })
})

test('the ready-made rules are made once; one that was removed does not come back', async () => {
  const world = await createWorld({ rules: [], readyMade: true })
  await world.start()
  expect((await world.store.rules()).map((rule) => rule.id)).toEqual(['rule_failureRate', 'rule_meanDuration', 'rule_agentSuccess'])
  await world.store.removeRule('rule_meanDuration')
  await world.restart()
  expect((await world.store.rules()).map((rule) => rule.id)).toEqual(['rule_failureRate', 'rule_agentSuccess'])
})
