import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrateSqlite } from './migrate-sqlite'

const all = fileURLToPath(new URL('../../../prisma/migrations/sqlite', import.meta.url))
const FIRST = '20261101000000_init'
let dir = ''
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'heddle-migrate-'))))
afterEach(() => rmSync(dir, { recursive: true }))

test('a database of the first version keeps its rows and gets what later columns say about them', () => {
  cpSync(join(all, FIRST), join(dir, 'first', FIRST), { recursive: true })
  const file = join(dir, 'heddle.db')
  expect(migrateSqlite(file, join(dir, 'first'))).toEqual([FIRST])
  const old = new Database(file)
  const run = old.prepare(`INSERT INTO "Run" ("id", "workflowId", "workflowName", "status", "seq", "priority", "createdAt", "lastEventAt") VALUES (?, 'wf', 'W', ?, 1, 5, 1234, 1234)`)
  const event = old.prepare(`INSERT INTO "RunEvent" ("runId", "seq", "recordedAt", "type", "data") VALUES (?, 1, 1234, ?, ?)`)
  for (const [id, retryable] of [['run_soon', true], ['run_never', false]] as const) {
    run.run(id, 'failed')
    event.run(id, 'run.failed', JSON.stringify({ type: 'run.failed', error: { code: 'X', message: 'x', retryable } }))
  }
  run.run('run_good', 'completed')
  event.run('run_good', 'run.completed', '{"type":"run.completed","output":1}')
  old.prepare(`INSERT INTO "RunKey" ("workflowId", "key", "runId") VALUES ('wf', ?, ?)`).run('kept', 'run_good')
  old.prepare(`INSERT INTO "RunKey" ("workflowId", "key", "runId") VALUES ('wf', ?, ?)`).run('lost', 'run_none')
  old.close()

  migrateSqlite(file, all)
  expect(migrateSqlite(file, all)).toEqual([])
  const now = new Database(file)
  expect(now.prepare('SELECT "id", "failure" FROM "Run" ORDER BY "id"').all()).toEqual([{ id: 'run_good', failure: null }, { id: 'run_never', failure: 'final' }, { id: 'run_soon', failure: 'retryable' }])
  expect(now.prepare('SELECT "key", "bodyHash", "claimedAt" FROM "RunKey" ORDER BY "key"').all()).toEqual([{ key: 'kept', bodyHash: '', claimedAt: 1234 }, { key: 'lost', bodyHash: '', claimedAt: 0 }])
  now.close()
})
