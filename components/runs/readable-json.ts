import type { Json } from '@/domain/json'

/** Indented JSON in which line breaks inside of strings are drawn as such: a model's answer is read more often than it is copied. */
export function readableJson(value: Json): string {
  return JSON.stringify(value, null, 2).replace(/\\([\s\S])/g, (escape, letter: string) => (letter === 'n' ? '\n' : escape))
}
