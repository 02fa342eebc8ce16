import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { READY_MADE, READY_MADE_IDS, RuleDraft } from '@/domain/alert/alert-rule'
import { METRIC_IDS } from '@/domain/alert/metric-catalogue'
import { ruleBody } from '@/wire/alerts'
import { draftOf, fieldsOf, newFields, previewedOf, problemsOf, withMetric } from './rule-fields'

const bodyOf = (draft: RuleDraft) => ruleBody({ ...draft, id: 'rule_1', createdAt: 1, updatedAt: 1, deliveries: [] })

test.each(READY_MADE_IDS)('%s comes out of the form as it went in', (id) => expect(RuleDraft.parse(draftOf(fieldsOf(bodyOf(READY_MADE[id]))))).toEqual(READY_MADE[id]))

test('any threshold with up to nine digits comes out as it went in', () => {
  fc.assert(fc.property(fc.constantFrom(...METRIC_IDS), fc.integer({ min: 0, max: 999_999_999 }), fc.integer({ min: 0, max: 6 }), (metric, digits, places) => {
    const threshold = digits / 10 ** places
    expect(draftOf(fieldsOf(bodyOf({ ...READY_MADE.failureRate, metric, threshold }))).threshold).toBe(threshold)
  }))
})

describe('the form', () => {
  test('a new rule lacks its name alone', () => expect([...problemsOf(newFields)]).toEqual(['name']))
  test.each([['', 'threshold'], ['x', 'threshold'], ['1e400', 'threshold']])('the threshold %j is none', (threshold, path) => {
    const fields = { ...newFields, name: 'R', threshold }
    expect([[...problemsOf(fields)], previewedOf(fields)]).toEqual([[path], undefined])
  })
  test('another metric drops the filter that does not fit, and a threshold of another unit', () => {
    const fields = { ...newFields, metric: 'agent.successRate' as const, workflowId: 'wf', nodeId: 'n', threshold: '50' }
    expect(withMetric(fields, 'agent.failureRate')).toMatchObject({ workflowId: 'wf', nodeId: 'n', threshold: '50' })
    expect(withMetric(fields, 'workflow.durationP95')).toMatchObject({ workflowId: 'wf', nodeId: '', threshold: '5' })
    expect(withMetric(fields, 'fleet.queued')).toMatchObject({ workflowId: '', nodeId: '', threshold: '10' })
    expect(withMetric(fields, 'server.loopDelay')).toMatchObject({ workflowId: '', nodeId: '', threshold: '5' })
  })
  test('an address names where it is wrong; an empty secret is left to the server', () => {
    const target = { key: 1, kind: 'webhook' as const, url: 'https://x.test', secret: '', signed: true }
    expect(draftOf({ ...newFields, delivery: [target] }).delivery).toEqual([{ kind: 'webhook', url: 'https://x.test' }])
    expect([...problemsOf({ ...newFields, name: 'R', delivery: [target, { ...target, url: 'x' }, { ...target, url: 'https://y.test', secret: 'short' }] })]).toEqual(['delivery.1.url', 'delivery.2.secret'])
  })
})
