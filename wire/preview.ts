import { z } from 'zod'
import { TextFault } from '@/domain/graph/text-fault'
import type { Json } from '@/domain/json'

/** Most of a text that is worked out while somebody types it. */
const MAX_PREVIEW_TEXT = 200_000
/** Longest value that goes out whole, in characters of JSON. */
const MAX_VALUE = 32 * 1024

export const TextPreviewBody = z.strictObject({ language: z.enum(['liquid', 'cel', 'either']), text: z.string().max(MAX_PREVIEW_TEXT) })
/** `fault`: what it is, where it has a place. `cut`: how many characters of the value's JSON, or of its text, are left out. */
export const TextPreviewAnswer = z.union([
  z.object({ ok: z.literal(true), value: z.json(), cut: z.int() }),
  z.object({ ok: z.literal(false), message: z.string(), hint: z.string(), fault: TextFault.optional() }),
])
export type TextPreviewAnswer = z.infer<typeof TextPreviewAnswer>

/** Most texts that one request asks of. */
export const MOST_TEXTS = 500
export const CheckTextsBody = z.strictObject({ texts: z.array(z.strictObject({ language: z.enum(['liquid', 'cel']), text: z.string().max(1_000_000) })).max(MOST_TEXTS) })
/** One for each text, in their order; null: nothing is wrong with it. */
export const CheckTextsAnswer = z.object({ faults: z.array(TextFault.nullable()) })
export type CheckTextsAnswer = z.infer<typeof CheckTextsAnswer>

type Preview = { ok: true; value: Json } | { ok: false; message: string; hint: string; fault?: TextFault }

export function previewAnswer(preview: Preview): TextPreviewAnswer {
  if (!preview.ok) return preview
  const { value } = preview
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  // Cut, it is no JSON any more, but text all the same.
  return text.length > MAX_VALUE ? { ok: true, value: text.slice(0, MAX_VALUE), cut: text.length - MAX_VALUE } : { ok: true, value, cut: 0 }
}
