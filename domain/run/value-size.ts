import type { Json } from '@/domain/json'

/** How long a value is as text, in bytes, and what is inside it. */
export type ValueSize = { bytes: number; fields?: Record<string, ValueSize> }

/** Deeper fields are not told apart, nor are more than these on a level. */
const MAX_DEPTH = 3
const MAX_FIELDS = 50

export function sizeOf(value: Json, depth = 0): ValueSize {
  const bytes = bytesOf(typeof value === 'string' ? value : JSON.stringify(value))
  if (value === null || typeof value !== 'object' || Array.isArray(value) || depth === MAX_DEPTH) return { bytes }
  return { bytes, fields: Object.fromEntries(Object.entries(value).slice(0, MAX_FIELDS).map(([key, inner]) => [key, sizeOf(inner, depth + 1)])) }
}

/** As UTF-8, counted without an encoder: the domain has none. */
export function bytesOf(text: string): number {
  let bytes = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    // A half of a pair counts two: both halves together are the four bytes of their character.
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3
  }
  return bytes
}

/** @returns undefined where the path leads nowhere that was seen */
export function sizeAt(size: ValueSize | undefined, path: readonly string[]): number | undefined {
  const [key, ...rest] = path
  if (!size || key === undefined) return size?.bytes
  if (!size.fields || !Object.hasOwn(size.fields, key)) return undefined
  return sizeAt(size.fields[key], rest)
}
