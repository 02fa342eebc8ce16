import fc from 'fast-check'
import { expect, test } from 'vitest'
import { searchHits } from './search-hits'

const shown = (text: string, search: string) => searchHits(text, search).map((part) => (part.hit ? `[${part.text}]` : part.text)).join('')

test.each([
  ['Step A failed, step B too', 'step', '[Step] A failed, [step] B too'],
  ['100 % of (a+b)', '(a+b)', '100 % of [(a+b)]'],
  ['aaa', 'aa', '[aa]a'],
  ['nothing', 'x', 'nothing'],
  ['nothing', '', 'nothing'],
  ['a/b\\c-d', '\\c-', 'a/b[\\c-]d'],
  ['한국어 로그', '어 로', '한국[어 로]그'],
])('%s, looking for %s', (text, search, expected) => expect(shown(text, search)).toBe(expected))

test('no character is lost, and whatever is looked for in itself is found', () => {
  fc.assert(fc.property(fc.string(), fc.string({ minLength: 1 }), (before, search) => {
    const text = `${before}${search}`
    const parts = searchHits(text, search)
    expect(parts.map((part) => part.text).join('')).toBe(text)
    expect(parts.some((part) => part.hit)).toBe(true)
  }))
})
