import type { Json } from '@/domain/json'
import type { Page } from './run-log'

export const LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const
export type LogLevel = (typeof LEVELS)[number]
export const CATEGORIES = ['agent', 'message', 'task', 'performance', 'health', 'security', 'system'] as const
export type LogCategory = (typeof CATEGORIES)[number]

/** Telemetry, never in the run log. `id` counts up in the order written. */
export type LogLine = { id: number; at: number; level: LogLevel; component: string; category: LogCategory; message: string; runId?: string; nodeId?: string; data?: Json }
export type LogFilter = { level?: LogLevel; component?: string; category?: LogCategory; runId?: string; search?: string; after?: number; limit?: number }

export type LogStore = {
  write(lines: readonly Omit<LogLine, 'id'>[]): Promise<LogLine[]>
  /** `level` is the lowest shown. Oldest first after `after`; without `after` the newest `limit`. */
  list(filter: LogFilter): Promise<Page<LogLine>>
  summary(): Promise<{ total: number; byLevel: Record<LogLevel, number>; byCategory: Record<LogCategory, number> }>
}

/** What engine, router and use cases log through. Building `data` costs nothing where the level is off. */
export type Logger = (line: { level: LogLevel; component: string; category: LogCategory; message: string; runId?: string; nodeId?: string; data?: Json }) => void
