import 'server-only'
import type { Json } from '@/domain/json'
import { CATEGORIES, LEVELS, type LogCategory, type LogFilter, type LogLevel, type LogLine, type LogStore } from '@/server/ports/log-store'
import type { LogLine as LogRow } from './generated/client'
import { matchesText } from './matches-text'
import type { StoreDatabase } from './store-database'

/** Log lines in the database, for the live list and its filters. */
export function createPrismaLogStore({ read, write, queue }: StoreDatabase): LogStore {
  return {
    async write(lines) {
      if (lines.length === 0) return []
      const rows = await queue(() => write.logLine.createManyAndReturn({ data: lines.map(rowOf), select: { id: true } }))
      // The ids of one statement go up in the order of its rows; how they are returned is not promised.
      const ids = rows.map((row) => row.id).sort((a, b) => a - b)
      return lines.map((line, index) => ({ ...line, id: ids[index]! }))
    },

    async list(filter) {
      const limit = Math.min(1_000, Math.max(1, Math.trunc(filter.limit ?? 200)))
      const forward = filter.after !== undefined
      const rows = await read.logLine.findMany({ where: whereOf(filter), orderBy: { id: forward ? 'asc' : 'desc' }, take: limit + 1 })
      const shown = rows.slice(0, limit)
      const items = shown.filter((row) => matchesText(row.searchText, filter.search)).map(lineOf)
      if (!forward) return { items: items.reverse(), nextCursor: null }
      return { items, nextCursor: rows.length > limit ? String(shown.at(-1)!.id) : null }
    },

    async summary() {
      const [levels, categories] = [
        await read.logLine.groupBy({ by: ['level'], _count: { _all: true } }),
        await read.logLine.groupBy({ by: ['category'], _count: { _all: true } }),
      ]
      const byLevel = Object.fromEntries(LEVELS.map((level, index) => [level, levels.find((row) => row.level === index)?._count._all ?? 0])) as Record<LogLevel, number>
      const byCategory = Object.fromEntries(CATEGORIES.map((category) => [category, categories.find((row) => row.category === category)?._count._all ?? 0])) as Record<LogCategory, number>
      return { total: Object.values(byLevel).reduce((sum, count) => sum + count, 0), byLevel, byCategory }
    },
  }
}

function whereOf({ level, component, category, runId, search, after }: LogFilter) {
  return {
    ...(level !== undefined && { level: { gte: LEVELS.indexOf(level) } }),
    ...(component !== undefined && { component }),
    ...(category !== undefined && { category }),
    ...(runId !== undefined && { runId }),
    ...(search !== undefined && search !== '' && { searchText: { contains: search.toLowerCase() } }),
    ...(after !== undefined && { id: { gt: after } }),
  }
}

function rowOf(line: Omit<LogLine, 'id'>) {
  // PostgreSQL refuses NUL in text.
  const message = line.message.replaceAll('\u0000', '')
  return {
    at: line.at, level: LEVELS.indexOf(line.level), component: line.component, category: line.category, message, searchText: message.toLowerCase(),
    runId: line.runId ?? null, nodeId: line.nodeId ?? null, data: line.data === undefined ? null : JSON.stringify(line.data),
  }
}

function lineOf(row: LogRow): LogLine {
  return {
    id: row.id, at: row.at, level: LEVELS[row.level] ?? 'INFO', component: row.component, category: row.category as LogCategory, message: row.message,
    ...(row.runId !== null && { runId: row.runId }), ...(row.nodeId !== null && { nodeId: row.nodeId }),
    ...(row.data !== null && { data: JSON.parse(row.data) as Json }),
  }
}
