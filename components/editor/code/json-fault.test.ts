import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson } from '../forms/schema-fields'
import { jsonFault } from './json-fault'

/** JSON with a few characters put in or taken out. */
const nearly = fc.tuple(fc.json({ maxDepth: 3 }), fc.array(fc.tuple(fc.nat(60), fc.constantFrom('', ',', ':', '"', '{', '}', '[', ']', '1', '-', '.', 'e', ' ', '\n', 'true', '\\', '한')), { maxLength: 3 })).map(([text, changes]) => changes.reduce((now, [at, put]) => now.slice(0, at) + put + now.slice(at + (put === '' ? 1 : 0)), text))

test('tells a fault in whatever is no JSON, and only there', () => {
  fc.assert(fc.property(nearly, (text) => {
    const fault = jsonFault(text)
    expect(fault === undefined, text).toBe(parseJson(text) !== undefined)
    if (fault) expect(fault.from >= 0 && fault.from <= fault.to && fault.to <= text.length).toBe(true)
  }), { seed: 11, numRuns: 3_000 })
})

test.each([
  ['{"a": 1,}', 8], ['{"a" 1}', 5], ['[1 2]', 3], ['{a: 1}', 1], ['[1, 2', 5], ["{'a': 1}", 1], ['1 2', 2], ['{"한": 참}', 6], ['[01]', 1], ['"a\nb"', 0],
])('%s: at %i', (text, at) => expect(jsonFault(text)!.from).toBe(Math.min(at, text.length - 1)))
