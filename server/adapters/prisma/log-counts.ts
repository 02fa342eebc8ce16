import 'server-only'
import { CATEGORIES, LEVELS, type LogSummary } from '@/server/ports/log-store'
import { windowsOf } from './log-windows'
import type { Db } from './sqlite-client'

/** What has been counted: ids from `first` up to `upTo`, and how many lines of them are of a kind. */
type Counted = { first: number; upTo: number; kinds: Map<string, { level: number; category: string; component: string; count: number }> }

/**
 * Counts lines once and then only what has come since: a count of all takes as long as there are lines.
 * Lines go only from the old end; when they did, all that are left are counted again.
 */
export function createLogCounts(read: Db): () => Promise<LogSummary> {
  let counted: Counted = { first: 0, upTo: 0, kinds: new Map() }
  let counting: Promise<LogSummary> | undefined

  async function count(): Promise<LogSummary> {
    const first = (await read.logLine.findFirst({ orderBy: { id: 'asc' }, select: { id: true } }))?.id ?? 0
    const last = (await read.logLine.findFirst({ orderBy: { id: 'desc' }, select: { id: true } }))?.id ?? 0
    if (first !== counted.first) counted = { first, upTo: first - 1, kinds: new Map() }
    for await (const { above, upTo } of windowsOf({ above: counted.upTo, upTo: last })) {
      const rows = await read.logLine.groupBy({ by: ['level', 'category', 'component'], where: { id: { gt: above, lte: upTo } }, _count: { _all: true } })
      for (const { level, category, component, _count } of rows) {
        const key = `${level} ${category} ${component}`
        counted.kinds.set(key, { level, category, component, count: (counted.kinds.get(key)?.count ?? 0) + _count._all })
      }
      counted.upTo = upTo
    }
    return summaryOf([...counted.kinds.values()])
  }

  return () => (counting ??= count().finally(() => (counting = undefined)))
}

function summaryOf(kinds: readonly { level: number; category: string; component: string; count: number }[]): LogSummary {
  const sum = (some: typeof kinds): number => some.reduce((total, kind) => total + kind.count, 0)
  return {
    total: sum(kinds),
    byLevel: Object.fromEntries(LEVELS.map((level, index) => [level, sum(kinds.filter((kind) => kind.level === index))])) as LogSummary['byLevel'],
    byCategory: Object.fromEntries(CATEGORIES.map((category) => [category, sum(kinds.filter((kind) => kind.category === category))])) as LogSummary['byCategory'],
    byComponent: Object.fromEntries([...new Set(kinds.map((kind) => kind.component))].sort().map((component) => [component, sum(kinds.filter((kind) => kind.component === component))])),
  }
}
