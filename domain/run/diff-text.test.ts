import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffText, type TextPiece } from './diff-text'

const shortest = { mostEdits: 1_000, leastSame: 0 }
const without = (pieces: readonly TextPiece[], kind: TextPiece['kind']) => pieces.filter((piece) => piece.kind !== kind).map((piece) => piece.text).join('')
const short = (pieces: readonly TextPiece[]) => pieces.map(({ kind, text }) => (kind === 'same' ? text : `${kind === 'removed' ? '-' : '+'}[${text}]`)).join('')

test.each([
  ['', '', ''],
  ['the same', 'the same', 'the same'],
  ['', 'new', '+[new]'],
  ['old', '', '-[old]'],
  ['Keep it small, please.', 'Keep it very small.', 'Keep it +[very ]small-[, please].'],
  ['하나 둘 셋', '하나 넷 셋', '하나 -[둘 ]+[넷 ]셋'],
  ['a b c d', 'b c d e', '-[a ]b c -[d]+[d e]'],
])('"%s" to "%s": %s', (a, b, expected) => expect(short(diffText(a, b, shortest))).toBe(expected))

test('a word that happens to stand in both is part of the change around it', () => {
  expect(short(diffText('see: one is two', 'see: six is ten'))).toBe('see: -[one is two]+[six is ten]')
  expect(short(diffText('one stands between two', 'six stands between ten'))).toBe('-[one ]+[six ]stands between -[two]+[ten]')
  expect(short(diffText('a one\nb', 'c one\nd'))).toBe('-[a ]+[c ]one\n-[b]+[d]')
})

const text = fc.array(fc.constantFrom('alpha', 'beta', 'gamma', ' ', '\n', ', ', '가', '🙂', '.'), { maxLength: 40 }).map((words) => words.join(''))

test('what is the same and what was removed is the first text, what is the same and what was added the second', () => {
  fc.assert(fc.property(text, text, fc.nat(30), fc.nat(9), (a, b, mostEdits, leastSame) => {
    const pieces = diffText(a, b, { mostEdits, leastSame })
    expect(without(pieces, 'added')).toBe(a)
    expect(without(pieces, 'removed')).toBe(b)
    for (const [index, piece] of pieces.entries()) {
      expect(piece.text).not.toBe('')
      expect(piece.kind).not.toBe(pieces[index + 1]?.kind)
    }
  }))
})

test('no way is shorter: as many words stay as the longest common subsequence has', () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 14 })
  fc.assert(fc.property(words, words, (a, b) => {
    const longest = a.reduce<number[]>((row, word) => {
      const next = [0]
      b.forEach((other, index) => next.push(word === other ? row[index]! + 1 : Math.max(row[index + 1]!, next[index]!)))
      return next
    }, Array<number>(b.length + 1).fill(0)).at(-1)!
    // Marks between the words, which are never the same, would hide what is counted: words stand alone here.
    const kept = diffText(a.join('.'), b.join('.'), shortest).filter((piece) => piece.kind === 'same').reduce((sum, piece) => sum + piece.text.replaceAll(/[^.a-c]/g, '').length, 0)
    expect(kept).toBeGreaterThanOrEqual(longest)
  }))
})

test('long texts that have nothing in common are told apart at once', () => {
  const a = Array.from({ length: 20_000 }, (_, index) => `a${index}`).join(' ')
  const b = Array.from({ length: 20_000 }, (_, index) => `b${index}`).join(' ')
  expect(without(diffText(a, b), 'added')).toBe(a)
})
