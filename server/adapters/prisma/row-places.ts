import type { Dialect } from './store-database'

/** Rows a statement takes: well under SQLite's 32,766 parameters. */
export const ROWS_A_STATEMENT = 1_000

/** The parameters of so many rows. PostgreSQL numbers them, and takes each for text unless the first row says otherwise. */
export function rowPlaces(dialect: Dialect, rows: number, types: readonly string[]): string {
  if (dialect === 'sqlite') return Array.from({ length: rows }, () => `(${types.map(() => '?').join(', ')})`).join(', ')
  return Array.from({ length: rows }, (_, row) => `(${types.map((type, column) => `$${row * types.length + column + 1}${row === 0 ? `::${type}` : ''}`).join(', ')})`).join(', ')
}
