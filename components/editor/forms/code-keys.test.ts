import { expect, test } from 'vitest'
import { typeInCode, type Typed } from './code-keys'

/** `|` marks the caret, two of them a selection. */
function at(marked: string): Typed {
  const from = marked.indexOf('|')
  const to = marked.lastIndexOf('|')
  return { text: marked.replaceAll('|', ''), from, to: to === from ? from : to - 1 }
}
function shown({ text, from, to }: Typed): string {
  return from === to ? `${text.slice(0, from)}|${text.slice(from)}` : `${text.slice(0, from)}|${text.slice(from, to)}|${text.slice(to)}`
}

test.each([
  ['Tab', '|x', '    |x'],
  ['Tab', 'ab|', 'ab  |'],
  ['Tab', 'a\nb|c\nd|e\nf', 'a\n    b|c\n    d|e\nf'],
  ['BackTab', '    a|', 'a|'],
  ['BackTab', '|a', '|a'],
  ['BackTab', '    |a\n  b|\nc', '|a\nb|\nc'],
  ['Enter', 'if x:|', 'if x:\n    |'],
  ['Enter', '    y = 1|', '    y = 1\n    |'],
  ['Enter', 'a|b|c', 'a\n|c'],
] as const)('%s in %j', (key, before, after) => expect(shown(typeInCode(at(before), key))).toBe(after))
