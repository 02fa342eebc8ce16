import { expect, test } from 'vitest'
import { createEditorDesk } from './editor-desk'

test('lines that change with every step of a drag are told to nobody who listens to the desk', () => {
  const desk = createEditorDesk()
  let told = 0
  desk.view.subscribe(() => told++)
  const line = { axis: 'x' as const, at: 1, from: 0, to: 9 }
  desk.guide([line])
  expect(desk.guides.getState()).toEqual([line])
  desk.guide([])
  expect(desk.guides.getState()).toEqual([])
  expect(told).toBe(0)
})
