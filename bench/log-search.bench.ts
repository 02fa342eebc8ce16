/**
 * Pages, searches and counts over a million log lines, as the log page asks for them, beside a naive read of the same lines
 * from one JSON-lines file (read whole, every line parsed, then filtered), in one run. "Kept waiting" is the longest that
 * the server's one thread was held by it. Not measured: HTTP, the browser, a disk that has to be read (the files are in the page cache).
 */
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import Database from 'better-sqlite3'
import { openStore } from '@/server/adapters/prisma/open-store'
import { createSystemClock } from '@/server/adapters/system/system-clock'
import { CATEGORIES, LEVELS, type LogFilter, type LogLine, type LogPlace } from '@/server/ports/log-store'
import { table } from './figures'

const LINES = Number(process.env.HEDDLE_BENCH_LINES ?? 1_000_000)
const folder = mkdtempSync(join(tmpdir(), 'heddle-bench-'))
const file = join(folder, 'lines.jsonl')
const store = await openStore({ dataDir: folder, migrationsDir: join(process.cwd(), 'prisma', 'migrations', 'sqlite'), clock: createSystemClock() })

/** One in a thousand is an error, ten in all are critical, one alone in the middle speaks of a zebra. */
function lineOf(id: number): LogLine {
  const level = id % 100_000 === 7 ? 'CRITICAL' : id % 1_000 === 3 ? 'ERROR' : id % 50 === 1 ? 'WARNING' : 'INFO'
  const message = id === LINES / 2 ? 'A zebra crossed the road' : `Step agent_${id % 17} completed after ${id % 4_000} ms, ${id % 900} tokens`
  return { id, at: 1_700_000_000_000 + id * 10, level, component: ['engine', 'router', 'health'][id % 3]!, category: CATEGORIES[id % 7]!, message, runId: `run_${Math.floor(id / 40)}`, nodeId: `agent_${id % 17}`, data: { durationMs: id % 4_000 } }
}

async function fill(): Promise<void> {
  const db = new Database(join(folder, 'heddle.db'))
  const insert = db.prepare('INSERT INTO "LogLine" (id, at, level, component, category, message, searchText, runId, nodeId, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const out = createWriteStream(file)
  for (let from = 1; from <= LINES; from += 10_000) {
    db.exec('BEGIN')
    let text = ''
    for (let id = from; id < from + 10_000 && id <= LINES; id++) {
      const line = lineOf(id)
      insert.run(id, line.at, LEVELS.indexOf(line.level), line.component, line.category, line.message, line.message.toLowerCase(), line.runId, line.nodeId, JSON.stringify(line.data))
      text += `${JSON.stringify(line)}\n`
    }
    db.exec('COMMIT')
    if (!out.write(text)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
  db.close()
}

function naive({ level, category, runId, search, before = Infinity, limit = 200 }: LogFilter & LogPlace): LogLine[] {
  const lowest = LEVELS.indexOf(level ?? 'DEBUG')
  return readFileSync(file, 'utf8').split('\n').filter((text) => text !== '').map((text) => JSON.parse(text) as LogLine).filter((line) =>
    line.id < before && LEVELS.indexOf(line.level) >= lowest && (category === undefined || line.category === category) && (runId === undefined || line.runId === runId)
    && (search === undefined || line.message.toLowerCase().includes(search.toLowerCase()))).slice(-limit)
}

/** Pages back until there are `limit` lines, or no more: a rare text takes several. */
async function fromStore({ limit = 200, ...filter }: LogFilter & LogPlace): Promise<LogLine[]> {
  let found: LogLine[] = []
  for (let before = filter.before; ; ) {
    const page = await store.logs.list({ ...filter, ...(before !== undefined && { before }), limit: limit - found.length })
    found = [...page.items, ...found]
    if (found.length >= limit || page.nextCursor === null) return found
    before = Number(page.nextCursor)
  }
}

async function timed<T>(work: () => T | Promise<T>): Promise<{ ms: number; heldMs: number; result: T }> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  // Its first sample only begins to count.
  await new Promise((resolve) => setTimeout(resolve, 5))
  const began = performance.now()
  const result = await work()
  const ms = performance.now() - began
  await new Promise((resolve) => setTimeout(resolve, 5))
  delay.disable()
  return { ms, heldMs: delay.max / 1e6, result }
}

await fill()
const asked: [string, LogFilter & LogPlace][] = [
  ['the newest 200', {}],
  ['200 from the middle', { before: LINES / 2 }],
  ['the newest 200 errors', { level: 'ERROR' }],
  ['the ten critical lines', { level: 'CRITICAL' }],
  ['lines of one run', { runId: 'run_40' }],
  ['a frequent text', { search: 'agent_3 COMPLETED' }],
  ['a text that stands once, in the middle', { search: 'zebra' }],
  ['errors of a category, with a text', { level: 'ERROR', category: 'agent', search: 'tokens' }],
]
const rows: string[][] = []
for (const [name, filter] of asked) {
  await fromStore(filter)
  const ours = await timed(() => fromStore(filter))
  const theirs = await timed(() => naive(filter))
  if (JSON.stringify(ours.result) !== JSON.stringify(theirs.result)) throw new Error(`${name}: the two found different lines`)
  rows.push([name, `${ours.ms.toFixed(1)} ms`, `${ours.heldMs.toFixed(0)} ms`, `${theirs.ms.toFixed(0)} ms`, `${theirs.heldMs.toFixed(0)} ms`, `× ${(theirs.ms / ours.ms).toFixed(theirs.ms / ours.ms < 10 ? 1 : 0)}`])
}
const first = await timed(() => store.logs.summary())
const again = await timed(() => store.logs.summary())
for (const [name, one] of [['counts, first time', first], ['counts, once more', again]] as const) rows.push([name, `${one.ms.toFixed(1)} ms`, `${one.heldMs.toFixed(0)} ms`, '–', '–', '–'])
process.stdout.write(table([`${LINES.toLocaleString('en')} log lines`, 'Heddle', 'kept waiting', 'whole file', 'kept waiting', 'faster'], rows))
await store.close()
rmSync(folder, { recursive: true, force: true })
