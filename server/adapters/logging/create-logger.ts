import 'server-only'
import { join } from 'node:path'
import pino from 'pino'
import type { LogEntry, Logger, LogLevel, LogLine, LogStore } from '@/server/ports/log-store'
import { createSecretMask } from './mask-secrets'

const PINO_LEVEL: Record<LogLevel, pino.Level> = { DEBUG: 'debug', INFO: 'info', WARNING: 'warn', ERROR: 'error', CRITICAL: 'fatal' }
const RANK: Record<LogLevel, number> = { DEBUG: 0, INFO: 1, WARNING: 2, ERROR: 3, CRITICAL: 4 }
/** Size of a file, and files kept besides the one that is written. By size alone: with a day's turn, pino-roll numbers anew after a restart and deletes the file it writes. */
const FILE_SIZE = '20m'
const FILES = 14
/** Lines are written together: a burst must not cost a transaction each. */
const FLUSH_MS = 100
/** What waits at most for a store that does not answer; the files have them all. */
const MAX_WAITING = 10_000

type LoggerDeps = {
  dir: string
  /** The lowest written; a line below it costs one comparison. */
  level: LogLevel
  store: Pick<LogStore, 'write'>
  now: () => number
  /** What this server was configured with and must never write. */
  secrets?: readonly string[]
  echo?: boolean
  fileSize?: string
  /** Told once when the files fail. */
  complain?: (text: string) => void
}

/** Log lines, without secrets: to rotating JSON files, to the store for the pages, and to whoever watches. */
export function createLogger({ dir, level, store, now, secrets = [], echo = false, fileSize = FILE_SIZE, complain = (text) => void process.stderr.write(`${text}\n`) }: LoggerDeps) {
  const transport = pino.transport({
    targets: [
      { target: 'pino-roll', level: PINO_LEVEL[level], options: { file: join(dir, 'heddle'), extension: '.log', size: fileSize, mkdir: true, limit: { count: FILES, removeOtherLogFiles: true } } },
      ...(echo ? [{ target: 'pino/file', level: 'warn', options: { destination: 2 } }] : []),
    ],
  }) as ReturnType<typeof pino.transport> & { on(event: 'close' | 'error', listener: (error: unknown) => void): void; end(): void }
  // Files that cannot be written, or take too long to be closed, are no reason to end a server: the store has the lines too.
  let broken = false
  const filesEnded = new Promise<void>((resolve) => {
    transport.on('close', () => resolve())
    transport.on('error', (error) => {
      if (!broken) complain(`Log files are not written until the next start: ${error instanceof Error ? error.message : String(error)}`)
      broken = true
      resolve()
    })
  })
  const files = pino({ level: PINO_LEVEL[level], base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, transport)
  const lowest = RANK[level]
  const mask = createSecretMask(secrets)
  const listeners = new Set<(lines: readonly LogLine[]) => void>()
  let waiting: Omit<LogLine, 'id'>[] = []
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()
  let closed = false

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

  function lineOf({ message, data, ...rest }: LogEntry): Omit<LogLine, 'id'> {
    const given = typeof data === 'function' ? data() : data
    return { ...rest, at: now(), message: mask.text(typeof message === 'function' ? message() : message), ...(given !== undefined && { data: mask.json(given) }) }
  }

  const log: Logger = (entry) => {
    if (RANK[entry.level] < lowest || closed) return
    const line = lineOf(entry)
    const { message, level: severity, at: _at, ...rest } = line
    if (!broken) files[PINO_LEVEL[severity]]({ severity, ...rest }, message)
    if (waiting.length < MAX_WAITING) waiting.push(line)
    timer ??= setTimeout(() => void flush(), FLUSH_MS)
  }

  return {
    log,
    /** @returns how to stop */
    subscribe(listener: (lines: readonly LogLine[]) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    /** Writes what waits, to store and files. Call before the store closes; what is logged later is dropped. */
    async close(): Promise<void> {
      clearTimeout(timer)
      await flush()
      closed = true
      if (!broken) transport.end()
      await filesEnded
    },
  }
}
