import { AppError } from '@/domain/error'

/** A cursor that this server did not give out. */
export class InvalidCursor extends AppError {
  readonly code = 'INVALID_CURSOR'
  readonly hint = 'Start again without a cursor.'
  constructor() {
    super('The cursor is not one of ours')
  }
}

/** The place of an item in a list that is sorted by time, then id, newest first. */
export type PagePlace = { at: number; id: string }

export function encodeCursor({ at, id }: PagePlace): string {
  return `${at}.${id}`
}

/** @throws {InvalidCursor} */
export function decodeCursor(cursor: string): PagePlace {
  const match = /^(\d+(?:\.\d+)?)\.([A-Za-z0-9_-]{1,200})$/.exec(cursor)
  if (!match) throw new InvalidCursor()
  return { at: Number(match[1]), id: match[2]! }
}

/** @param rows one more than `limit` where there is a next page */
export function pageOf<T>(rows: readonly T[], limit: number, placeOf: (row: T) => PagePlace): { items: T[]; nextCursor: string | null } {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(placeOf(last)) : null }
}

/** @returns `limit` within 1 and 200; 50 where none is given */
export function pageLimit(limit: number | undefined): number {
  return Math.min(200, Math.max(1, Math.trunc(limit ?? 50)))
}
