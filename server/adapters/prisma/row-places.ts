import type { Dialect } from './store-database'

/** The parameters of so many rows. PostgreSQL numbers them, and takes each for text unless the first row says otherwise. */
export function rowPlaces(dialect: Dialect, rows: number, types: readonly string[]): string {
  if (dialect === 'sqlite') return Array.from({ length: rows }, () => `(${types.map(() => '?').join(', ')})`).join(', ')
  return Array.from({ length: rows }, (_, row) => `(${types.map((type, column) => `$${row * types.length + column + 1}${row === 0 ? `::${type}` : ''}`).join(', ')})`).join(', ')
}
