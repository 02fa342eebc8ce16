import { z } from 'zod'

/** Lists: `{items, nextCursor}`; hand `nextCursor` back as `cursor` for the next page. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}
export type PageBody<T> = { items: T[]; nextCursor: string | null }

/** `cursor` and `limit` of a list's query. */
export const pageQuery = {
  cursor: z.string().max(300).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
}

/** A moment in a body: ISO 8601 with milliseconds. */
export const Timestamp = z.iso.datetime({ precision: 3 })

let newest = { epochMs: NaN, text: '' }

/** Events of a log stand in a row with the same moment: its text is made once. */
export function timestamp(epochMs: number): string {
  if (epochMs !== newest.epochMs) newest = { epochMs, text: new Date(epochMs).toISOString() }
  return newest.text
}

export function timestampOrNull(epochMs: number | undefined): string | null {
  return epochMs === undefined ? null : timestamp(epochMs)
}
