import { createStore, type StoreApi } from 'zustand'
import type { Json } from '@/domain/json'
import { parseJson } from './schema-fields'

/** What a person typed into a JSON field, as it was typed, and the value that the graph had then: it holds for that one alone. */
export type TypedJson = { text: string; over: string | undefined }
/** By field, of one editor: what is no JSON yet outlives its field, so that choosing another node loses nothing. */
export type TypedTexts = StoreApi<Readonly<Record<string, TypedJson>>>

const kept = new WeakMap<object, TypedTexts>()

/** @param editor whose fields they are; they go with it */
export function typedTexts(editor: object): TypedTexts {
  const found = kept.get(editor) ?? createStore<Readonly<Record<string, TypedJson>>>()(() => ({}))
  kept.set(editor, found)
  return found
}

/** What a stroke means: the text to keep, and what to tell the graph, if it is JSON by now. */
export function typeJson(text: string, value: Json | undefined): { typed: TypedJson; taken?: { value: Json | undefined } } {
  const read = text.trim() === '' ? { value: undefined } : parseJson(text)
  return read ? { typed: { text, over: JSON.stringify(read.value) }, taken: read } : { typed: { text, over: JSON.stringify(value) } }
}

/** The text as it was typed, until the value is another by somebody else's doing; the value set in order otherwise. */
export function shownJson(typed: TypedJson | undefined, value: Json | undefined): string {
  if (typed && typed.over === JSON.stringify(value)) return typed.text
  return value === undefined ? '' : JSON.stringify(value, null, 2)
}

export function keepTyped(texts: TypedTexts, field: string, typed: TypedJson | undefined): void {
  const { [field]: _, ...rest } = texts.getState()
  texts.setState(typed ? { ...rest, [field]: typed } : rest, true)
}
