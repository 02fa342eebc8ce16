import { expect, test } from 'vitest'
import { readableJson } from './readable-json'

test('line breaks inside of strings break lines, and nothing else is touched', () => {
  expect(readableJson({ text: 'one\n\ntwo', path: 'C:\\new', quoted: '"\t"' })).toBe('{\n  "text": "one\n\ntwo",\n  "path": "C:\\\\new",\n  "quoted": "\\"\\t\\""\n}')
})
