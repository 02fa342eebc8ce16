import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json } from '@/domain/json'
import { keepTyped, shownJson, typedTexts, typeJson, type TypedJson } from './typed-json'

test('whatever is typed stays as it was typed, stroke by stroke, and the graph holds the last that was JSON', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.json({ maxDepth: 2 }), fc.constantFrom('', ' ', '{', '{"a": 1', '{"a":1}', '{ "a" : 1 }', '[1,', 'null'))), (strokes) => {
    let value: Json | undefined
    let typed: TypedJson | undefined
    for (const text of strokes) {
      const next = typeJson(text, value)
      typed = next.typed
      if (next.taken) value = next.taken.value
      expect(shownJson(typed, value)).toBe(text)
      if (text.trim() !== '' && next.taken) expect(value).toEqual(JSON.parse(text))
    }
  }))
})

test('a text gives way to what another made of the value', () => {
  const { typed } = typeJson('{"a": 1', { a: 0 })
  expect(shownJson(typed, { a: 0 })).toBe('{"a": 1')
  expect(shownJson(typed, { a: 2 })).toBe('{\n  "a": 2\n}')
  expect(shownJson(typed, undefined)).toBe('')
})

test('what is no JSON yet outlives its field, in its own editor alone', () => {
  const [one, other] = [{}, {}]
  keepTyped(typedTexts(one), 'agent/schema', typeJson('{', undefined).typed)
  expect(shownJson(typedTexts(one).getState()['agent/schema'], undefined)).toBe('{')
  expect(typedTexts(other).getState()).toEqual({})
  keepTyped(typedTexts(one), 'agent/schema', undefined)
  expect(typedTexts(one).getState()).toEqual({})
})
