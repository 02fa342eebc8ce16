import { expect, test } from 'vitest'
import { createEditorDesk, nowhere } from './editor-desk'

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

test('steps of a drag are told to nobody who listens to the desk, and once to who draws them', () => {
  const desk = createEditorDesk()
  let [told, drawn] = [0, 0]
  desk.view.subscribe(() => told++)
  desk.carried.subscribe(() => drawn++)
  desk.carry({ n1: { x: 1, y: 2 } })
  expect(desk.carried.getState()).toEqual({ n1: { x: 1, y: 2 } })
  desk.carry(nowhere)
  desk.carry(nowhere)
  expect([told, drawn]).toEqual([0, 2])
})
