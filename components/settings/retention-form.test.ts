import { expect, test } from 'vitest'
import { NO_BOUNDS } from '@/domain/retention/retention-policy'
import { formOfPolicy, policyOfForm, wrongFields } from './retention-form'

const empty = formOfPolicy({ on: true, runs: NO_BOUNDS, logs: NO_BOUNDS, samples: NO_BOUNDS })

test('a policy stands in the fields and comes back', () => {
  const policy = { on: true, runs: { ...NO_BOUNDS, maxAgeDays: 30 }, logs: { ...NO_BOUNDS, maxCount: 1_000 }, samples: { ...NO_BOUNDS, maxMegabytes: 50 } }
  expect(formOfPolicy(policy)).toEqual({ ...empty, runDays: '30', logCount: '1000', sampleMegabytes: '50' })
  expect(policyOfForm(formOfPolicy(policy))).toEqual(policy)
})

test.each(['0', '-1', '1.5', 'x', '1e12'])('%s is no bound, and the field is named', (text) => {
  const form = { ...empty, runDays: '3', logCount: text }
  expect(policyOfForm(form)).toBeUndefined()
  expect(wrongFields(form)).toEqual(['logCount'])
})
