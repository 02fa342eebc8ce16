import { describe, expect, test } from 'vitest'
import type { NoticeBody } from '@/domain/alert/alert-notice'
import { RuleDraft, type DeliveryTarget } from '@/domain/alert/alert-rule'
import type { Samples } from '@/domain/alert/rule-readings'
import { createManualClock } from '@/server/adapters/memory/manual-clock'
import { createQuietAlerts } from '@/server/adapters/memory/quiet-alerts'
import { createSeededIds } from '@/server/adapters/memory/seeded-ids'
import { ruleBody } from '@/wire/alerts'
import { localActor as me } from './actor'
import { handleAlerts } from './handle-alerts'
import { keepAlertRules } from './keep-alert-rules'

const url = 'https://example.test/hook'
const secret = 'sixteen-or-longer'
const draft = (more: object = {}): RuleDraft => RuleDraft.parse({ name: 'R', metric: 'workflow.failureRate', is: 'above', threshold: 0.3, windowMs: 60_000, severity: 'warning', delivery: [{ kind: 'webhook', url, secret }], ...more })

function setUp(samples: Samples = { runs: [], fleet: [], server: [] }) {
  const quiet = createQuietAlerts()
  const clock = createManualClock()
  const sent: { target: DeliveryTarget; body: NoticeBody }[] = []
  let looks = 0
  const deps = {
    ...quiet, clock, ids: createSeededIds(),
    watch: { ...quiet.watch, look: () => Promise.resolve(void (looks += 1)), samples: (from: number) => Promise.resolve({ runs: samples.runs.filter((run) => run.endedAt > from), fleet: samples.fleet, server: samples.server, fleetSince: 0, complete: true }) },
    notifier: { send: (target: DeliveryTarget, { body }: { body: NoticeBody }) => Promise.resolve(void sent.push({ target, body })) },
  }
  return { clock, sent, looks: () => looks, store: quiet.alerts, rules: keepAlertRules(deps), alerts: handleAlerts(deps) }
}

describe('rules', () => {
  test('a secret is kept by a change that does not name it, and never given out', async () => {
    const { rules, store } = setUp()
    const { id } = await rules.create(me, draft())
    const changed = await rules.update(me, id, draft({ name: 'S', delivery: [{ kind: 'webhook', url }, { kind: 'slack', url: `${url}/slack` }] }))
    expect((await store.rules())[0]?.delivery[0]).toEqual({ kind: 'webhook', url, secret })
    expect(JSON.stringify(ruleBody(changed))).not.toContain(secret)
    expect(ruleBody(changed).delivery).toEqual([{ kind: 'webhook', url, signed: true, last: null }, { kind: 'slack', url: `${url}/slack`, signed: false, last: null }])
  })

  test('a secret does not go to another address, nor to Slack', async () => {
    const { rules, store } = setUp()
    const { id } = await rules.create(me, draft())
    await rules.update(me, id, draft({ delivery: [{ kind: 'webhook', url: `${url}/other` }, { kind: 'slack', url }] }))
    expect(JSON.stringify(await store.rules())).not.toContain(secret)
  })

  test('each change is judged at once, as another edit', async () => {
    const { rules, looks } = setUp()
    const { id, updatedAt } = await rules.create(me, draft())
    expect((await rules.update(me, id, draft())).updatedAt).toBeGreaterThan(updatedAt)
    await rules.remove(me, id)
    expect([looks(), await rules.list(me)]).toEqual([3, []])
  })

  test('one that is not there is refused', async () => {
    const { rules } = setUp()
    for (const refused of [rules.update(me, 'rule_none', draft()), rules.remove(me, 'rule_none'), rules.tryDelivery(me, { kind: 'slack', url }, 'rule_none')]) await expect(refused).rejects.toMatchObject({ code: 'UNKNOWN_RULE' })
  })

  test('the last try of each address is shown with its rule', async () => {
    const { rules, store } = setUp()
    const { id } = await rules.create(me, draft())
    const delivery = { ruleId: id, url, at: 1, attempts: 2, error: 'No answer', final: true }
    await store.settleNotice({ id: 'n', ruleId: id, target: { kind: 'webhook', url }, body: {} as NoticeBody, dueAt: 1, attempts: 1 }, delivery)
    expect((await rules.list(me)).map((rule) => ruleBody(rule).delivery[0]?.last)).toEqual([{ at: '1970-01-01T00:00:00.001Z', attempts: 2, error: 'No answer', final: true }])
  })
})

test('a test goes out as a test, signed with the secret of the rule it stands in', async () => {
  const { rules, sent } = setUp()
  const { id } = await rules.create(me, draft())
  await rules.tryDelivery(me, { kind: 'webhook', url }, id)
  await rules.tryDelivery(me, { kind: 'webhook', url: `${url}/other` }, id)
  expect(sent.map(({ target, body }) => [target, body.type])).toEqual([[{ kind: 'webhook', url, secret }, 'alert.test'], [{ kind: 'webhook', url: `${url}/other` }, 'alert.test']])
})

test('a preview looks back over whole hours and its first window, never finer than rules are judged', async () => {
  const { name: _name, enabled: _enabled, delivery: _delivery, ...rule } = draft({ windowMs: 600_000 })
  const clock = createManualClock()
  const start = clock.now() - 3_600_000
  const { rules } = setUp({ runs: [{ workflowId: 'wf', endedAt: start - 300_000, run: { ok: false, durationMs: 1 }, nodes: {} }, { workflowId: 'old', endedAt: start - 700_000, run: { ok: false, durationMs: 1 }, nodes: {} }], fleet: [], server: [] })
  const { moments, series, stepMs } = await rules.preview(me, rule, 1)
  expect([stepMs, moments.length, moments[0], series.map((one) => one.subject)]).toEqual([10_000, 360, start + 10_000, ['wf']])
  expect(series[0]).toMatchObject({ firing: [{ from: start + 10_000, to: start + 300_000 }] })
})

describe('what people do about alerts', () => {
  const firing = { id: 'alert_1', ruleId: 'rule_1', ruleUpdatedAt: 1, ruleName: 'R', metric: 'workflow.failureRate' as const, severity: 'warning' as const, subject: 'wf', state: { kind: 'firing' as const, since: 1 }, seenAt: 1, firedAt: 1 }

  test('a silence shows at what it silences, until it is taken back or ends', async () => {
    const { alerts, store, clock } = setUp()
    await store.saveAlerts([firing])
    const shown = async () => (await alerts.fired(me, {})).items[0]?.silencedUntil
    const { id, endsAt } = await alerts.silence(me, { durationMs: 60_000, subject: 'wf', comment: '' })
    expect(await shown()).toBe(endsAt)
    await alerts.unsilence(me, id)
    expect(await shown()).toBeUndefined()
    await alerts.silence(me, { durationMs: 60_000, comment: '' })
    clock.advance(60_000)
    expect([await shown(), await alerts.silences(me)]).toEqual([undefined, []])
  })

  test('who acknowledged is kept; what never fired, and rules and silences that are not there, are refused', async () => {
    const { alerts, store } = setUp()
    await store.saveAlerts([firing])
    expect(await alerts.acknowledge(me, 'alert_1')).toMatchObject({ acknowledgedBy: 'local' })
    await expect(alerts.acknowledge(me, 'alert_2')).rejects.toMatchObject({ code: 'UNKNOWN_ALERT' })
    await expect(alerts.unsilence(me, 's')).rejects.toMatchObject({ code: 'UNKNOWN_SILENCE' })
    await expect(alerts.silence(me, { durationMs: 60_000, ruleId: 'rule_none', comment: '' })).rejects.toMatchObject({ code: 'UNKNOWN_RULE' })
  })
  test('of several that are acknowledged at once those are told that fired, and one look is taken', async () => {
    const { alerts, store, looks } = setUp()
    const { firedAt: _firedAt, ...pending } = { ...firing, id: 'alert_3', state: { kind: 'pending' as const, since: 1 } }
    await store.saveAlerts([firing, { ...firing, id: 'alert_2' }, pending])
    expect((await alerts.acknowledgeAll(me, ['alert_1', 'alert_2', 'alert_3', 'alert_none', 'alert_1'])).map(({ id, acknowledgedBy }) => [id, acknowledgedBy])).toEqual([['alert_1', 'local'], ['alert_2', 'local']])
    expect(looks()).toBe(1)
  })
})
