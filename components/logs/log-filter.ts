import { LOG_CATEGORIES, LOG_LEVELS, type LogLineBody } from '@/wire/telemetry'

export type LogLevel = (typeof LOG_LEVELS)[number]
export type LogCategory = (typeof LOG_CATEGORIES)[number]
/** `level` is the lowest shown; what is undefined or empty lets every line through. */
export type LogFilter = { level: LogLevel; category?: LogCategory | undefined; component?: string | undefined; runId?: string | undefined; search: string }

export const everyLine: LogFilter = { level: 'DEBUG', search: '' }
/** Debug lines show only when asked for: they are many. */
const AT_FIRST: LogLevel = 'INFO'

/** The same choice as the server's: the live topic brings every line. */
export function fitsLogFilter(line: LogLineBody, { level, category, component, runId, search }: LogFilter): boolean {
  return (
    LOG_LEVELS.indexOf(line.level) >= LOG_LEVELS.indexOf(level) &&
    (category === undefined || line.category === category) &&
    (component === undefined || line.component === component) &&
    (runId === undefined || line.runId === runId) &&
    line.message.toLowerCase().includes(search.toLowerCase())
  )
}

/** Lines that were read, then those that came and fit. A reading holds every line up to its newest: one that came twice is shown once. */
export function joinLines(read: readonly LogLineBody[], came: readonly LogLineBody[], filter: LogFilter): readonly LogLineBody[] {
  const last = read.at(-1)?.id ?? 0
  const fresh = came.filter((line) => line.id > last && fitsLogFilter(line, filter))
  return fresh.length === 0 ? read : [...read, ...fresh]
}

/** What an address asks for; what it says wrongly is not asked for. */
export function filterOfAddress(params: { get(name: string): string | null }): LogFilter {
  return {
    level: LOG_LEVELS.find((level) => level === params.get('level')) ?? AT_FIRST,
    category: LOG_CATEGORIES.find((category) => category === params.get('category')),
    component: params.get('component')?.slice(0, 100) || undefined,
    runId: params.get('runId')?.slice(0, 64) || undefined,
    search: params.get('search')?.slice(0, 200) ?? '',
  }
}

/** `?level=ERROR&search=…`, nothing for what is so at first. */
export function addressOfFilter(filter: LogFilter): string {
  const params = new URLSearchParams(Object.entries(filter).filter(([key, value]) => value !== undefined && value !== '' && !(key === 'level' && value === AT_FIRST)) as [string, string][])
  return params.size === 0 ? '' : `?${params.toString()}`
}
