import type { RunSummaryBody } from '@/wire/runs'

export type RunListFilter = { workflowId?: string | undefined; status?: RunSummaryBody['status'] | undefined; failure?: RunSummaryBody['failure'] }

/**
 * The list with rows that the live topic brought: known runs change in place, new ones come first, newest at the top.
 * A row that no longer fits the filter leaves.
 */
export function mergeRunRows(rows: readonly RunSummaryBody[], fresh: readonly RunSummaryBody[], filter: RunListFilter): RunSummaryBody[] {
  const newest = new Map(fresh.map((row) => [row.id, row]))
  const fits = (row: RunSummaryBody) => (filter.workflowId === undefined || row.workflowId === filter.workflowId) && (filter.status === undefined || row.status === filter.status) && (filter.failure === undefined || row.failure === filter.failure)
  const known = new Set(rows.map((row) => row.id))
  const added = [...newest.values()].filter((row) => !known.has(row.id)).sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0))
  return [...added, ...rows.map((row) => newest.get(row.id) ?? row)].filter(fits)
}
