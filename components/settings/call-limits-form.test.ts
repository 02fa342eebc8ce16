import { expect, test } from 'vitest'
import { formOfLimits, limitsOfForm } from './call-limits-form'

const limits = { models: [{ name: '*', requestsPerMinute: 60, tokensPerMinute: null }], keys: [{ name: 'no-key', requestsPerMinute: null, tokensPerMinute: 500 }] }

test('limits stand in the fields and come back', () => expect(limitsOfForm(formOfLimits(limits)).limits).toEqual(limits))

const line = (key: number, ...values: string[]) => ({ key, values })
test.each([
  [{ models: [line(3, 'm', '1', ''), line(4, 'm', '2', '')], keys: [] }, { models: ['1.0'], keys: [] }],
  [{ models: [line(3, 'm', '1', ''), line(4, '', '0', 'x')], keys: [] }, { models: ['1.0', '1.1', '1.2'], keys: [] }],
  [{ models: [], keys: [line(0, 'sk-secret', '', '')] }, { models: [], keys: ['0.0'] }],
])('of %j the fields at fault are named', (form, expected) => {
  const { limits: none, wrong } = limitsOfForm(form)
  expect(none).toBeUndefined()
  expect({ models: [...wrong.models].sort(), keys: [...wrong.keys] }).toEqual(expected)
})
