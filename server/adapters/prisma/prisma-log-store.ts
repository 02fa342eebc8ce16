import 'server-only'
import type { Json } from '@/domain/json'
import { LEVELS, type LogCategory, type LogFilter, type LogLine, type LogStore } from '@/server/ports/log-store'
import type { LogLine as LogRow } from './generated/client'
import { createLogCounts } from './log-counts'
import { lookThrough, type IdWindow } from './log-windows'
import { matchesText } from './matches-text'
import type { Db } from './sqlite-client'
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

    async list({ after, before, limit: wanted, ...filter }) {
      const limit = Math.min(1_000, Math.max(1, Math.trunc(wanted ?? 200)))
      const direction = after === undefined ? 'back' : 'forward'
      const find = findIn(read, filter, direction === 'back' ? 'desc' : 'asc')
      const { rows, goOn } = await lookThrough(await idsWithin(read, after, before), direction, limit, find, filter.runId !== undefined)
      const items = rows.map(lineOf)
      return { items: direction === 'back' ? items.reverse() : items, nextCursor: goOn === undefined ? null : String(goOn) }
    },

    summary: createLogCounts(read),
  }
}

function findIn(read: Db, filter: LogFilter, order: 'asc' | 'desc') {
  const where = whereOf(filter)
  const wild = /[%_]/.test(filter.search ?? '')
  return async ({ above, upTo }: IdWindow, take: number): Promise<LogRow[]> => {
    // Wildcards find too much: all of the window is needed to know how many of its lines fit.
    const rows = await read.logLine.findMany({ where: { ...where, id: { gt: above, lte: upTo } }, orderBy: { id: order }, ...(!wild && { take }) })
    return rows.filter((row) => matchesText(row.searchText, filter.search)).slice(0, take)
  }
}

async function idsWithin(read: Db, after: number | undefined, before: number | undefined): Promise<IdWindow> {
  const [first, last] = [await read.logLine.findFirst({ orderBy: { id: 'asc' }, select: { id: true } }), await read.logLine.findFirst({ orderBy: { id: 'desc' }, select: { id: true } })]
  return { above: Math.max(after ?? 0, (first?.id ?? 1) - 1), upTo: Math.min(last?.id ?? 0, (before ?? Infinity) - 1) }
}

function whereOf({ level, component, category, runId, search }: LogFilter) {
  return {
    // Named one by one, so that an index over level and id serves both.
    ...(level !== undefined && level !== 'DEBUG' && { level: { in: LEVELS.flatMap((_, index) => (index >= LEVELS.indexOf(level) ? [index] : [])) } }),
    ...(component !== undefined && { component }),
    ...(category !== undefined && { category }),
    ...(runId !== undefined && { runId }),
    ...(search !== undefined && search !== '' && { searchText: { contains: search.toLowerCase() } }),
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
