import { expect, test, vi } from 'vitest'
import type { TextFault } from '@/domain/graph/text-fault'
import { keyOfText, learnFaults, textFaults } from './text-faults'

const cel = (text: string) => ({ field: 'expression', language: 'cel' as const, text })
const fault: TextFault = { code: 'ENDS_EARLY', params: {}, message: 'ends', line: 1, column: 4 }
const ask = () => vi.fn(async (texts: { text: string }[]) => texts.map(({ text }) => (text.endsWith('+') ? fault : null)))

test('only what is new is asked about, and a text of two fields once', async () => {
  const editor = {}
  const first = ask()
  await learnFaults(editor, [cel('1 +'), cel('1 +'), cel('2')], first)
  expect(first.mock.calls).toEqual([[[{ language: 'cel', text: '1 +' }, { language: 'cel', text: '2' }]]])
  expect([...textFaults(editor).getState()]).toEqual([[keyOfText(cel('1 +')), fault]])
  const second = ask()
  await learnFaults(editor, [cel('2'), cel('3 +')], second)
  expect(second.mock.calls).toEqual([[[{ language: 'cel', text: '3 +' }]]])
  // The text that was written over is forgotten, and so is its fault.
  expect([...textFaults(editor).getState().keys()]).toEqual([keyOfText(cel('3 +'))])
})

test('nobody is told where nothing changed', async () => {
  const editor = {}
  const heard = vi.fn()
  textFaults(editor).subscribe(heard)
  await learnFaults(editor, [cel('1')], ask())
  await learnFaults(editor, [cel('2')], ask())
  expect(heard).not.toHaveBeenCalled()
})

test('without an answer nothing is known, and the next question asks again', async () => {
  const editor = {}
  await expect(learnFaults(editor, [cel('1 +')], () => Promise.reject(new Error('away')))).rejects.toThrow('away')
  const again = ask()
  await learnFaults(editor, [cel('1 +')], again)
  expect(again).toHaveBeenCalledOnce()
})

test('many texts are asked in portions that the server takes', async () => {
  const asked = ask()
  await learnFaults({}, Array.from({ length: 1_201 }, (_, index) => cel(`${index}`)), asked)
  expect(asked.mock.calls.map(([texts]) => texts.length)).toEqual([500, 500, 201])
})
