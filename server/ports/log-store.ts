import type { Json } from '@/domain/json'
import type { Page } from './run-log'

export const LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const
export type LogLevel = (typeof LEVELS)[number]
export const CATEGORIES = ['agent', 'message', 'task', 'performance', 'health', 'security', 'system'] as const
export type LogCategory = (typeof CATEGORIES)[number]

/** Telemetry, never in the run log. `id` counts up in the order written. */
export type LogLine = { id: number; at: number; level: LogLevel; component: string; category: LogCategory; message: string; runId?: string; nodeId?: string; data?: Json }
/** `level` is the lowest shown; `search` looks through the message, whatever its case. */
export type LogFilter = { level?: LogLevel; component?: string; category?: LogCategory; runId?: string; search?: string }
/** Either behind `after`, or before `before`; without both the newest. */
export type LogPlace = { after?: number; before?: number; limit?: number }
export type LogSummary = { total: number; byLevel: Record<LogLevel, number>; byCategory: Record<LogCategory, number>; byComponent: Record<string, number> }

export type LogStore = {
  write(lines: readonly Omit<LogLine, 'id'>[]): Promise<LogLine[]>
  /**
   * A page, always oldest first. `nextCursor` is where to go on: as `after` where one was given, else as `before`.
   * A rare text may leave a page short, or empty, that still has a cursor: the store looks through so many lines at once and no more.
   */
  list(filter: LogFilter & LogPlace): Promise<Page<LogLine>>
  summary(): Promise<LogSummary>
}

/** A line as it is handed over. `message` and `data` given as functions are called only where the level is on. */
export type LogEntry = {
  level: LogLevel; component: string; category: LogCategory; message: string | (() => string); runId?: string; nodeId?: string; data?: Json | (() => Json)
}

/** What engine, router and use cases log through. */
export type Logger = (entry: LogEntry) => void
