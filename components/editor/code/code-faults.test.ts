import { expect, test } from 'vitest'
import { codeFaults } from './code-faults'

const paths = [{ path: 'steps.plan.output', type: 'any', node: 'Plan' }]
const marked = (text: string, faults: readonly { from: number; to: number }[]) => faults.map(({ from, to }) => text.slice(from, to))

test('the step that is not there is marked, not the one that is', () => {
  const text = '{{ steps.plan.output }}\n{{ steps.gone.output }} {{ steps["no-1"].output }}'
  expect(marked(text, codeFaults(text, 'No node has the id', undefined, paths, true))).toEqual(['steps.gone', 'steps["no-1"]'])
  expect(codeFaults(text, undefined, undefined, paths, true)).toEqual([])
})

test('a fault of working it out is marked at its place, in a later line too', () => {
  const text = 'first\n{{ input.topik }}'
  const wrong = { ok: false, message: 'undefined variable: input.topik', hint: '', line: 2, column: 4 } as const
  expect(marked(text, codeFaults(text, undefined, wrong, paths, true))).toEqual(['input.topik'])
  // Before the first run there is nothing to be missed.
  expect(codeFaults(text, undefined, wrong, paths, false)).toEqual([])
  expect(marked('1 +', codeFaults('1 +', undefined, { ok: false, message: 'Unexpected end', hint: '', line: 1, column: 9 }, paths, false))).toEqual([''])
})
