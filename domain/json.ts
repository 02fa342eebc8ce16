import { z } from 'zod'

/** A JSON value as it travels between steps. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
export const Json: z.ZodType<Json> = z.json()

/** Epoch milliseconds. Handed in everywhere; the domain never reads a clock. */
export type EpochMs = number

/** Equal as values; the order of an object's fields does not count. */
export function sameJson(a: Json, b: Json): boolean {
  if (a === b) return true
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object' || Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson((a as Record<string, Json>)[key]!, (b as Record<string, Json>)[key]!))
}
