import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunFact, RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { openStore } from './open-store'

const migrationsDir = fileURLToPath(new URL('../../../prisma/migrations/sqlite', import.meta.url))
const facts: RunFact[] = [{ type: 'run.queued', workflowId: 'wf', workflowName: 'W', version: 1, graphHash: 'h', input: null, priority: 5 }, { type: 'run.started' }, { type: 'run.completed', output: null }]

test('what was deleted stays so after a restart, no half of it is left, and the rest is whole', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'heddle-store-'))
  let now = 1_000
  const open = () => openStore({ dataDir, migrationsDir, clock: { now: () => now } })
  const store = await open()
  for (let index = 0; index < 12; index++) {
    now += 1_000
    const id = `run_${String(index).padStart(2, '0')}` as RunId
    await store.runLog.append(id, facts, 0, (events) => foldRun(emptyRun, events))
    await store.snapshots.save({ id: `snap_${index}`, runId: id, seq: 3, createdAt: now, state: emptyRun })
  }
  await store.settings.write('retention', { on: true })
  // Appends and deletions at once: both are done whole.
  const [deleted] = await Promise.all([store.retained.runs.deleteSome({ keep: 4 }), store.runLog.append('run_new' as RunId, facts.slice(0, 2), 0, (events) => foldRun(emptyRun, events))])
  await store.close()

  const again = await open()
  const { items } = await again.runLog.list({ limit: 100 })
  expect(items.map((run) => run.id).sort()).toEqual([...Array.from({ length: 12 - deleted }, (_, index) => `run_${String(index + deleted).padStart(2, '0')}`), 'run_new'])
  for (const run of items) expect((await again.runLog.read(run.id)).map((event) => event.seq)).toEqual(Array.from({ length: run.seq }, (_, index) => index + 1))
  expect(await again.settings.read('retention')).toEqual({ on: true })
  while ((await again.retained.runs.deleteSome({ keep: 4 })) > 0) continue
  await again.close()
  const db = new Database(join(dataDir, 'heddle.db'), { readonly: true } as never)
  const left = (table: string) => (db.prepare(`SELECT COUNT(*) AS n FROM "${table}"`).all() as { n: number }[])[0]!.n
  expect([left('Run'), left('RunEvent'), left('Snapshot')]).toEqual([5, 4 * 3 + 2, 4])
  db.close()
  rmSync(dataDir, { recursive: true })
})
