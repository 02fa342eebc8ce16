import 'server-only'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { AppError } from '@/domain/error'

/** Another process writes in this data folder. */
export class StoreLocked extends AppError {
  readonly code = 'STORE_LOCKED'
  readonly hint = 'Stop the other Heddle, or give this one a data folder of its own.'
  constructor(readonly dataDir: string, readonly pid: number | undefined) {
    super(`The data folder ${dataDir} is in use by ${pid === undefined ? 'another process' : `process ${pid}`}`)
  }
}

/**
 * One writing process per data folder.
 *
 * L1. The lock is SQLite's exclusive lock on a file of its own: the operating system drops it with the process,
 *     kill -9 included, so a dead owner never has to be guessed from a pid.
 * L2. The pid file is only there for the message.
 * @returns how to let go
 * @throws {StoreLocked}
 */
export function lockStore(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true })
  const pidFile = join(dataDir, 'heddle.pid')
  const lock = new Database(join(dataDir, 'heddle.lock'), { timeout: 0 })
  try {
    lock.pragma('journal_mode = MEMORY')
    lock.pragma('locking_mode = EXCLUSIVE')
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (isBusy(error)) throw new StoreLocked(dataDir, readPid(pidFile))
    throw error
  }
  writeFileSync(pidFile, `${process.pid}\n`)
  return () => {
    rmSync(pidFile, { force: true })
    lock.close()
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8').trim())
    return Number.isInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}
