/** The value below which `share` percent of the values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((share / 100) * sorted.length))] ?? NaN
}

/** Rows as text, in columns; Markdown, so that it can be pasted. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`
  return line(head) + line(widths.map((width) => '-'.repeat(width))) + rows.map(line).join('')
}

/**
 * How much of one core a busy loop gets right now, from 0 to 1: times that were measured on a machine with other work on it
 * are longer by about that much.
 */
export function shareOfCore(forMs = 300): number {
  const began = performance.now()
  const before = process.cpuUsage()
  while (performance.now() - began < forMs);
  const { user, system } = process.cpuUsage(before)
  return Math.min(1, (user + system) / 1_000 / (performance.now() - began))
}
