import { beforeEach, describe, expect, it } from 'vitest'
import { noticeBody } from '@/domain/alert/alert-notice'
import type { Alert, AlertRule, AlertStore, Notice, Silence } from './alert-store'

/** What every AlertStore promises. `make` gives an empty one. */
export function alertStoreSuite(name: string, make: () => Promise<AlertStore>): void {
  describe(`AlertStore: ${name}`, () => {
    let store: AlertStore
    beforeEach(async () => {
      store = await make()
    })
    const rule: AlertRule = {
      id: 'rule_a', name: 'Failures', metric: 'workflow.failureRate', filter: { workflowId: 'wf_1' }, is: 'above', threshold: 0.3, windowMs: 60_000,
      forMs: 0, keepFiringMs: 0, severity: 'critical', noData: 'keep', enabled: true, delivery: [{ kind: 'webhook', url: 'https://example.test/a', secret: 'sixteen-or-longer' }], createdAt: 5, updatedAt: 5,
    }
    const alert = (id: string, more: Partial<Alert> = {}): Alert => ({ id, ruleId: 'rule_a', ruleUpdatedAt: 5, ruleName: 'Failures', metric: rule.metric, severity: 'critical', subject: 'wf_1', state: { kind: 'pending', since: 7 }, seenAt: 8, ...more })

    it('keeps rules, oldest first, and changes and removes them', async () => {
      expect(await store.addRule({ ...rule, id: 'rule_b', createdAt: 6 })).toBe(true)
      expect(await store.addRule(rule)).toBe(true)
      expect(await store.changeRule({ ...rule, threshold: 0.4, updatedAt: 9 })).toBe(true)
      expect(await store.rules()).toEqual([{ ...rule, threshold: 0.4, updatedAt: 9 }, { ...rule, id: 'rule_b', createdAt: 6 }])
      expect([await store.removeRule('rule_b'), await store.removeRule('rule_b')]).toEqual([true, false])
    })

    it('a removed rule can be looked up, and is neither listed, changed nor made again', async () => {
      await store.addRule(rule)
      expect(await store.addRule({ ...rule, name: 'Another' })).toBe(false)
      await store.removeRule('rule_a')
      expect([await store.rules(), await store.addRule(rule), await store.changeRule(rule)]).toEqual([[], false, false])
      expect([await store.findRule('rule_a'), await store.findRule('rule_none')]).toEqual([rule, undefined])
    })

    it('keeps notices with their alerts, tries them again, and says how the last try ended', async () => {
      const notice = (id: string, dueAt: number): Notice => ({ id, ruleId: 'rule_a', target: rule.delivery[0]!, body: noticeBody('alert.firing', rule, alert('alert_a', { firedAt: 8, value: 0.5 }), 9), dueAt, attempts: 0 })
      await store.saveAlerts([alert('alert_a', { firedAt: 8, notifiedAt: 9 })], [notice('notice_b', 9), notice('notice_a', 8)])
      expect([(await store.openAlerts())[0]?.notifiedAt, await store.notices()]).toEqual([9, [notice('notice_a', 8), notice('notice_b', 9)]])
      const delivery = { ruleId: 'rule_a', url: rule.delivery[0]!.url, at: 10, attempts: 1, error: 'No answer', final: false }
      await store.settleNotice(notice('notice_a', 8), delivery, 20)
      expect([await store.notices(), await store.deliveries()]).toEqual([[notice('notice_b', 9), { ...notice('notice_a', 20), attempts: 1 }], [delivery]])
      const { error: _error, ...well } = { ...delivery, at: 11, final: true }
      await store.settleNotice(notice('notice_b', 9), well)
      expect([(await store.notices()).map((one) => one.id), await store.deliveries()]).toEqual([['notice_a'], [well]])
    })

    it('keeps times and value of open alerts; what ended is not open, and is dropped if it never fired', async () => {
      await store.saveAlerts([alert('alert_a'), alert('alert_b', { value: 0.5, firedAt: 4, state: { kind: 'recovering', since: 4, clearSince: 6 } }), alert('alert_c')])
      await store.saveAlerts([alert('alert_a', { endedAt: 9 }), alert('alert_c', { firedAt: 8, endedAt: 9 })])
      expect(await store.openAlerts()).toEqual([alert('alert_b', { value: 0.5, firedAt: 4, state: { kind: 'recovering', since: 4, clearSince: 6 } })])
      expect((await store.fired({})).items.map((one) => one.id)).toEqual(['alert_c', 'alert_b'])
    })

    it('gives out what fired in pages, newest first', async () => {
      await store.saveAlerts([alert('alert_a', { firedAt: 1 }), alert('alert_b', { firedAt: 2 }), alert('alert_c', { firedAt: 2 }), alert('alert_d')])
      const first = await store.fired({ limit: 2 })
      expect(first.items.map((one) => one.id)).toEqual(['alert_c', 'alert_b'])
      expect(await store.fired({ limit: 2, cursor: first.nextCursor! })).toEqual({ items: [alert('alert_a', { firedAt: 1 })], nextCursor: null })
    })

    it('takes the first acknowledgement of what fired; a later look does not undo it', async () => {
      await store.saveAlerts([alert('alert_a', { firedAt: 1, example: { runId: 'run_1', workflowName: 'W', step: 'plan[1]' } }), alert('alert_b')])
      expect(await store.acknowledge('alert_a', 'me', 20)).toMatchObject({ acknowledgedAt: 20, acknowledgedBy: 'me', example: { runId: 'run_1', workflowName: 'W', step: 'plan[1]' } })
      expect(await store.acknowledge('alert_a', 'you', 30)).toMatchObject({ acknowledgedAt: 20, acknowledgedBy: 'me' })
      await store.saveAlerts([alert('alert_a', { firedAt: 1, seenAt: 40 })])
      expect((await store.openAlerts())[0]).toMatchObject({ seenAt: 40, acknowledgedAt: 20, acknowledgedBy: 'me' })
      expect([await store.acknowledge('alert_b', 'me', 20), await store.acknowledge('alert_none', 'me', 20)]).toEqual([undefined, undefined])
    })

    it('keeps silences, the last to end first', async () => {
      const any: Silence = { id: 'silence_a', comment: 'Maintenance', by: 'me', startsAt: 1, endsAt: 2 }
      const one: Silence = { ...any, id: 'silence_b', ruleId: 'rule_a', subject: 'wf_1', endsAt: 3 }
      await store.saveSilence(any)
      await store.saveSilence(one)
      expect(await store.silences()).toEqual([one, any])
      expect([await store.removeSilence('silence_a'), await store.removeSilence('silence_a')]).toEqual([true, false])
    })
  })
}
