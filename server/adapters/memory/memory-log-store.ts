import { CATEGORIES, LEVELS, type LogCategory, type LogFilter, type LogLevel, type LogLine, type LogPlace, type LogStore } from '@/server/ports/log-store'

/** Log lines for tests. @param lines handed in where retention works on them, too */
export function createMemoryLogStore(lines: LogLine[] = []): LogStore {
  let lastId = 0
  return {
    write: async (added) => {
      const stored = added.map((line, index) => structuredClone({ ...line, id: lastId + index + 1 }))
      lastId += stored.length
      lines.push(...stored)
      return stored
    },
    list: async (filter) => {
      const limit = Math.min(1_000, Math.max(1, Math.trunc(filter.limit ?? 200)))
      const found = lines.filter((line) => matches(line, filter))
      if (filter.after === undefined) {
        const items = found.slice(-limit)
        return { items, nextCursor: found.length > limit ? String(items[0]!.id) : null }
      }
      const items = found.slice(0, limit)
      return { items, nextCursor: found.length > limit ? String(items.at(-1)!.id) : null }
    },
    summary: async () => ({
      total: lines.length,
      byLevel: Object.fromEntries(LEVELS.map((level) => [level, lines.filter((line) => line.level === level).length])) as Record<LogLevel, number>,
      byCategory: Object.fromEntries(CATEGORIES.map((category) => [category, lines.filter((line) => line.category === category).length])) as Record<LogCategory, number>,
      byComponent: Object.fromEntries(lines.map(({ component }) => [component, lines.filter((line) => line.component === component).length])),
    }),
  }
}

function matches(line: LogLine, { level, component, category, runId, search, after, before }: LogFilter & LogPlace): boolean {
  return (level === undefined || LEVELS.indexOf(line.level) >= LEVELS.indexOf(level))
    && (component === undefined || line.component === component)
    && (category === undefined || line.category === category)
    && (runId === undefined || line.runId === runId)
    && (search === undefined || line.message.toLowerCase().includes(search.toLowerCase()))
    && (after === undefined || line.id > after)
    && (before === undefined || line.id < before)
}
