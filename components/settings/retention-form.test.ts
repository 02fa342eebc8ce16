import { expect, test } from 'vitest'
import { formOfPolicy, policyOfForm, wrongFields } from './retention-form'

const empty = { on: true, runDays: '', runCount: '', logDays: '', logCount: '' }

test('a policy stands in the fields and comes back', () => {
  const policy = { on: true, runs: { maxAgeDays: 30, maxCount: null }, logs: { maxAgeDays: null, maxCount: 1_000 } }
  expect(formOfPolicy(policy)).toEqual({ ...empty, runDays: '30', logCount: '1000' })
  expect(policyOfForm(formOfPolicy(policy))).toEqual(policy)
})

test.each(['0', '-1', '1.5', 'x', '1e12'])('%s is no bound, and the field is named', (text) => {
  const form = { ...empty, runDays: '3', logCount: text }
  expect(policyOfForm(form)).toBeUndefined()
  expect(wrongFields(form)).toEqual(['logCount'])
})
