import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterEach } from 'vitest'
import { openStore } from './open-store'
import { storeSuites } from './stores.suite'

const migrationsDir = fileURLToPath(new URL('../../../prisma/migrations/sqlite', import.meta.url))
const opened: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0)) await close()
})

async function openEmpty() {
  let now = 0
  const clock = { now: () => now, set: (to: number) => void (now = to) }
  const dataDir = mkdtempSync(join(tmpdir(), 'heddle-store-'))
  const store = await openStore({ dataDir, migrationsDir, clock })
  opened.push(async () => {
    await store.close()
    rmSync(dataDir, { recursive: true })
  })
  return {
    ...store, clock,
    sql: async (statement: string) => {
      const other = new Database(join(dataDir, 'heddle.db'))
      other.exec(statement)
      other.close()
    },
    rows: async (query: string) => {
      const other = new Database(join(dataDir, 'heddle.db'))
      const found = other.prepare(query).all()
      other.close()
      return found
    },
  }
}

storeSuites('prisma on sqlite', openEmpty)
