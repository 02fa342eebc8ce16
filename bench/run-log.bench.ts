/**
 * Appends to the embedded run log, against the limit: bare better-sqlite3 that commits the same rows with the same
 * durability (WAL, synchronous=FULL), side by side in one run. Not measured: reading, and other work of the server.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunId } from '@/domain/run/run-event'
import { emptyRun, type RunState } from '@/domain/run/run-state'
import { openStore } from '@/server/adapters/prisma/open-store'
import { createSystemClock } from '@/server/adapters/system/system-clock'
import { table } from './figures'

const folder = mkdtempSync(join(tmpdir(), 'heddle-bench-'))
const store = await openStore({ dataDir: folder, migrationsDir: join(process.cwd(), 'prisma', 'migrations', 'sqlite'), clock: createSystemClock() })

/** `runs` logs grow at once, each one append after the other. @returns events a second */
async function appended(runs: number, each: number, name: string): Promise<number> {
  const began = performance.now()
  await Promise.all(Array.from({ length: runs }, async (_, run) => {
    const runId = `run_${name}_${run}` as RunId
    let state: RunState = emptyRun
    for (let index = 0; index < each; index++) {
      const fact = index === 0 ? { type: 'run.queued' as const, workflowId: 'w', workflowName: 'w', version: 1, graphHash: 'h', input: null, priority: 5 } : { type: 'step.output' as const, nodeId: 'a', attempt: 1, text: 'a piece of an answer ' }
      const before: RunState = state
      const events = await store.runLog.append(runId, [fact], before.seq, (given) => (state = foldRun(before, given)))
      state = foldRun(before, events)
    }
  }))
  return (runs * each) / ((performance.now() - began) / 1_000)
}

function bare(rows: number, perCommit: number): number {
  const db = new Database(join(folder, `bare-${perCommit}.db`))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec('CREATE TABLE e (run TEXT, seq INTEGER, payload TEXT, PRIMARY KEY (run, seq))')
  const insert = db.prepare('INSERT INTO e VALUES (?, ?, ?)')
  const commit = (from: number): void => {
    db.exec('BEGIN')
    for (let index = from; index < from + perCommit; index++) insert.run('r', index, '{"type":"step.output","nodeId":"a","attempt":1,"text":"a piece of an answer "}')
    db.exec('COMMIT')
  }
  const began = performance.now()
  for (let index = 0; index < rows; index += perCommit) commit(index)
  const rate = rows / ((performance.now() - began) / 1_000)
  db.close()
  return rate
}

await appended(1, 50, 'warm')
const rows = [[1, 500], [50, 40], [200, 20]].map(([runs = 1, each = 1]) => {
  return async () => {
    const limit = bare(runs * each, runs)
    const ours = await appended(runs, each, `n${runs}`)
    return [`${runs} runs at once`, `${limit.toFixed(0)}`, `${ours.toFixed(0)}`, `× ${(ours / limit).toFixed(2)}`]
  }
})
const lines: string[][] = []
for (const row of rows) lines.push(await row())
process.stdout.write(table(['run log, events a second', 'bare SQLite, one commit for as many', 'Heddle', 'ratio'], lines))
await store.close()
rmSync(folder, { recursive: true, force: true })
