import 'server-only'
import { join } from 'node:path'
import pino from 'pino'
import { LEVELS, type LogLevel, type LogLine, type Logger, type LogStore } from '@/server/ports/log-store'

const PINO_LEVEL: Record<LogLevel, pino.Level> = { DEBUG: 'debug', INFO: 'info', WARNING: 'warn', ERROR: 'error', CRITICAL: 'fatal' }
/** Lines are written together: a burst must not cost a transaction each. */
const FLUSH_MS = 100
/** What waits at most for a store that does not answer; the files have them all. */
const MAX_WAITING = 10_000

/**
 * Log lines: to rotating JSON files, to the store for the pages, and to whoever watches.
 * @param level the lowest written; a line below it costs one comparison
 */
export function createLogger({ dir, level, store, now, echo = false }: { dir: string; level: LogLevel; store: LogStore; now: () => number; echo?: boolean }) {
  const files = pino(
    { level: PINO_LEVEL[level], base: undefined, timestamp: pino.stdTimeFunctions.isoTime },
    pino.transport({
      targets: [
        { target: 'pino-roll', level: PINO_LEVEL[level], options: { file: join(dir, 'heddle'), extension: '.log', frequency: 'daily', size: '20m', mkdir: true, limit: { count: 14 } } },
        ...(echo ? [{ target: 'pino/file', level: 'warn', options: { destination: 2 } }] : []),
      ],
    }),
  )
  const lowest = LEVELS.indexOf(level)
  const listeners = new Set<(lines: readonly LogLine[]) => void>()
  let waiting: Omit<LogLine, 'id'>[] = []
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  function flush(): Promise<void> {
    timer = undefined
    const lines = waiting
    waiting = []
    if (lines.length === 0) return writing
    writing = writing.then(() => store.write(lines)).then(
      (written) => listeners.forEach((listener) => listener(written)),
      (error: unknown) => files.error({ component: 'logging' }, `The store did not take ${lines.length} log lines: ${String(error)}`),
    )
    return writing
  }

  const log: Logger = (line) => {
    if (LEVELS.indexOf(line.level) < lowest) return
    const { message, level: lineLevel, ...rest } = line
    files[PINO_LEVEL[lineLevel]]({ severity: lineLevel, ...rest }, message)
    if (waiting.length < MAX_WAITING) waiting.push({ ...line, at: now() })
    timer ??= setTimeout(() => void flush(), FLUSH_MS)
  }

  return {
    log,
    /** @returns how to stop */
    subscribe(listener: (lines: readonly LogLine[]) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    /** Writes what waits. Call before the store closes. */
    async close(): Promise<void> {
      clearTimeout(timer)
      await flush()
      files.flush()
    },
  }
}
