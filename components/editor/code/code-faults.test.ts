import { expect, test } from 'vitest'
import type { TextFault } from '@/domain/graph/text-fault'
import { codeFaults } from './code-faults'

const paths = [{ path: 'steps.plan.output', type: 'any', node: 'Plan' }]
const marked = (text: string, faults: readonly { from: number; to: number }[]) => faults.map(({ from, to }) => text.slice(from, to))
const fault = (line: number, column: number): TextFault => ({ code: 'OTHER', params: { text: 'wrong' }, message: 'wrong', line, column })
const say = ({ params }: TextFault) => `It is ${params.text}`

test('the step that is not there is marked, not the one that is', () => {
  const text = '{{ steps.plan.output }}\n{{ steps.gone.output }} {{ steps["no-1"].output }}'
  expect(marked(text, codeFaults(text, 'No node has the id', undefined, say, paths))).toEqual(['steps.gone', 'steps["no-1"]'])
  expect(codeFaults(text, undefined, undefined, say, paths)).toEqual([])
})

test('what is wrong is marked at its place, in a later line too, with its words', () => {
  const text = 'first\n{{ input.topik }} {{ steps.gone.output }}'
  expect(codeFaults(text, 'said at the field', fault(2, 4), say, paths)).toEqual([{ from: 9, to: 20, message: 'It is wrong' }])
})

test('where something is missing at the end, the last that was written is marked', () => {
  expect(marked('1 + ', codeFaults('1 + ', undefined, fault(1, 5), say, paths))).toEqual(['+'])
  expect(marked('', codeFaults('', undefined, fault(1, 1), say, paths))).toEqual([''])
})
