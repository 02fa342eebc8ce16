/**
 * What a run whose steps give much costs: a chain of 50 steps, each taking what the one before gave. Beside it, in the same
 * run, what it cost while events held their values whole: the same rows in a bare table of the same durability, read and
 * parsed the same way. Not measured: the network, and what a page draws.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Json } from '@/domain/json'
import { LargeValue } from '@/domain/run/large-value'
import { foldRun } from '@/domain/run/reduce-run'
import { RunFact, type RunEvent, type RunId } from '@/domain/run/run-event'
import { emptyRun, type RunState } from '@/domain/run/run-state'
import { openStore } from '@/server/adapters/prisma/open-store'
import { createSystemClock } from '@/server/adapters/system/system-clock'
import { runEventLine, runEventOfLine } from '@/wire/runs'
import { percentile, shareOfCore, table } from './figures'

const STEPS = 50
const KIB = 1024
const SIZES = [4 * KIB, 63 * KIB, 256 * KIB, 1024 * KIB]
const READS = 5
const RUN = 'run_large' as RunId
const migrationsDir = join(process.cwd(), 'prisma', 'migrations', 'sqlite')

/** Texts that no two steps share. */
function outputOf(step: number, bytes: number): Json {
  const line = `step ${step}: the quick brown fox jumps over the lazy dog. `
  return { text: line.repeat(Math.ceil(bytes / line.length)).slice(0, bytes - 20) }
}

async function timed(work: () => unknown): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

async function median(work: () => unknown): Promise<number> {
  const taken: number[] = []
  for (let round = 0; round < READS; round++) taken.push(await timed(work))
  return percentile(taken, 50)
}

function linesOf(events: readonly RunEvent[]): string {
  return events.map((event) => `${JSON.stringify(runEventLine(event))}\n`).join('')
}

function parsed(lines: string): RunEvent[] {
  return lines.trimEnd().split('\n').map((line) => runEventOfLine(JSON.parse(line)))
}

/** The same events with their values in them, as the store held them before. @returns bytes, and how long a commit and reading all of it take */
async function whole(events: readonly RunEvent[]): Promise<{ bytes: number; appendMs: number; readMs: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-bench-'))
  const db = new Database(join(folder, 'whole.db'))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec('CREATE TABLE e (runId TEXT, seq INTEGER, recordedAt REAL, type TEXT, data TEXT, PRIMARY KEY (runId, seq))')
  const insert = db.prepare('INSERT INTO e VALUES (?, ?, ?, ?, ?)')
  const appends: number[] = []
  for (const { seq, recordedAt, ...fact } of events) appends.push(await timed(() => insert.run(RUN, seq, recordedAt, fact.type, JSON.stringify(fact))))
  const read = () => (db.prepare('SELECT data FROM e WHERE runId = ? ORDER BY seq').all(RUN) as { data: string }[]).map(({ data }) => RunFact.parse(JSON.parse(data)))
  const readMs = await median(read)
  db.pragma('wal_checkpoint(TRUNCATE)')
  const bytes = (db.pragma('page_count', { simple: true }) as number) * (db.pragma('page_size', { simple: true }) as number)
  db.close()
  rmSync(folder, { recursive: true })
  return { bytes, appendMs: percentile(appends, 50), readMs }
}

const mb = (bytes: number) => `${(bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1)} MB`
const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`

const rows: string[][] = []
const share = shareOfCore()
for (const size of SIZES) {
  const dataDir = mkdtempSync(join(tmpdir(), 'heddle-bench-'))
  const file = join(dataDir, 'heddle.db')
  const store = await openStore({ dataDir, migrationsDir, clock: createSystemClock() })
  const bytesIn = () => {
    const db = new Database(file)
    db.pragma('wal_checkpoint(TRUNCATE)')
    const bytes = (db.pragma('page_count', { simple: true }) as number) * (db.pragma('page_size', { simple: true }) as number)
    db.close()
    return bytes
  }
  const empty = bytesIn()
  let state: RunState = emptyRun
  const append = async (...facts: RunFact[]) => {
    const before = state
    const events = await store.runLog.append(RUN, facts, before.seq, (given) => foldRun(before, given))
    state = foldRun(before, events)
  }
  let input: Json = outputOf(0, size)
  await append({ type: 'run.queued', workflowId: 'w', workflowName: 'w', version: 1, graphHash: 'h', input, priority: 5 }, { type: 'run.started' })
  const appends: number[] = []
  for (let step = 1; step <= STEPS; step++) {
    const [node, output] = [{ nodeId: `s${step}`, attempt: 1 }, outputOf(step, size)]
    const given = input
    appends.push(await timed(() => append({ type: 'step.started', ...node, input: given })), await timed(() => append({ type: 'step.completed', ...node, output })))
    input = output
  }
  await append({ type: 'run.completed', output: input })

  const events = await store.runLog.read(RUN)
  const before = await whole(events)
  const readMs = await median(() => store.runLog.read(RUN))
  const apartMs = await median(() => store.runLog.readApart(RUN))
  const apart = await store.runLog.readApart(RUN)
  const [sentWhole, sentApart] = [linesOf(events), linesOf(apart)]
  const output = apart.flatMap((event) => ('output' in event && (event.output as unknown) instanceof LargeValue ? [event.output as unknown as LargeValue] : [])).at(-1)
  const oneMs = output ? await median(() => store.runLog.largeValue(RUN, output.hash)) : undefined
  if (JSON.stringify(foldRun(emptyRun, events)) !== JSON.stringify(state)) throw new Error('The log is not what was appended')
  rows.push([
    size === 63 * KIB ? '63 KiB' : size >= 1024 * KIB ? `${size / 1024 / KIB} MiB` : `${size / KIB} KiB`,
    `${ms(before.appendMs)} / ${ms(percentile(appends, 50))}`, `${mb(before.bytes)} / ${mb(bytesIn() - empty)}`, `${ms(before.readMs)} / ${ms(readMs)} / ${ms(apartMs)}`,
    `${mb(Buffer.byteLength(sentWhole))} / ${mb(Buffer.byteLength(sentApart))}`, `${ms(await median(() => parsed(sentWhole)))} / ${ms(await median(() => parsed(sentApart)))}`, oneMs === undefined ? 'in its event' : ms(oneMs),
  ])
  await store.close()
  rmSync(dataDir, { recursive: true })
}
process.stdout.write(table(['output of a step', 'append, median: bare table / store', 'database: values in events / apart', 'read the log: bare table / whole / references', 'sent to the page: whole / references', 'parsed there: whole / references', 'one value'], rows))
process.stdout.write(`A busy loop got ${(share * 100).toFixed(0)} % of a core before it.\n`)
