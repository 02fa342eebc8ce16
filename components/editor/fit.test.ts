import { expect, test } from 'vitest'
import { fitPadding } from './fit'

const wide = { width: 1100, height: 800 }
const narrow = { width: 390, height: 600 }

test('a wide canvas leaves the same margin all around', () => {
  expect(fitPadding(wide)).toEqual({ top: '64px', right: '64px', bottom: '64px', left: '64px' })
})

test('what a panel at the right covers is left free', () => {
  expect(fitPadding(wide, { width: 384, height: 800 })).toMatchObject({ left: '64px', right: '448px', bottom: '64px' })
})

test('a narrow canvas keeps to its width, above the zoom buttons', () => {
  expect(fitPadding(narrow)).toEqual({ top: '20px', right: '20px', bottom: '64px', left: '20px' })
})

test('on a narrow canvas the panel lies below, over the zoom buttons', () => {
  expect(fitPadding(narrow, { width: 390, height: 90 })).toMatchObject({ right: '20px', bottom: '110px' })
})

test('a panel that leaves next to nothing is not made room for', () => {
  expect(fitPadding(narrow, { width: 390, height: 590 })).toEqual(fitPadding(narrow))
})
