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

/** The data folder cannot be made or written. */
export class DataFolderUnusable extends AppError {
  readonly code = 'DATA_FOLDER_UNUSABLE'
  readonly hint = 'Make it a folder that this user may write in, with space left, or name another in HEDDLE_DATA_DIR.'
  constructor(readonly dataDir: string, cause: unknown) {
    super(`The data folder ${dataDir} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`)
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
 * @throws {DataFolderUnusable}
 */
export function lockStore(dataDir: string): () => void {
  const pidFile = join(dataDir, 'heddle.pid')
  let lock: Database | undefined
  try {
    mkdirSync(dataDir, { recursive: true })
    lock = new Database(join(dataDir, 'heddle.lock'), { timeout: 0 })
    lock.pragma('journal_mode = MEMORY')
    lock.pragma('locking_mode = EXCLUSIVE')
    lock.exec('BEGIN EXCLUSIVE')
    writeFileSync(pidFile, `${process.pid}\n`)
  } catch (error) {
    lock?.close()
    throw isBusy(error) ? new StoreLocked(dataDir, readPid(pidFile)) : new DataFolderUnusable(dataDir, error)
  }
  const held = lock
  return () => {
    rmSync(pidFile, { force: true })
    held.close()
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
