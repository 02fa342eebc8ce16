import 'server-only'
import { Pool } from 'pg'
import type { LargeJson } from '@/server/ports/large-values'
import { EVENT_COLUMNS, LostRace, MOVED_COLUMNS, quoted, RUN_COLUMNS, runsOf, USE_COLUMNS, VALUE_COLUMNS, type AppendWriter, type EventRow, type RunRow } from './append-batch'
import { connectionOf } from './postgres-client'

const UNIQUE_VIOLATION = '23505'

const TYPES: Record<keyof RunRow | keyof EventRow | keyof LargeJson | 'oldSeq', 'text' | 'int' | 'float8'> = {
  id: 'text', workflowId: 'text', workflowName: 'text', version: 'int', status: 'text', seq: 'int', priority: 'float8', parentRunId: 'text', forkedFrom: 'text', origin: 'text',
  createdAt: 'float8', startedAt: 'float8', finishedAt: 'float8', error: 'text', failure: 'text', lastEventAt: 'float8', oldSeq: 'int', runId: 'text', recordedAt: 'float8', type: 'text', data: 'text', large: 'text', hash: 'text', bytes: 'float8', json: 'text',
}

const LOOK = `SELECT w.id, r."seq", r."lastEventAt", r."bytes", l."owner", l."epoch" FROM unnest($1::text[]) AS w(id)
  LEFT JOIN "Run" r ON r."id" = w.id LEFT JOIN "RunLease" l ON l."runId" = w.id`

/** Rows by columns: one parameter each, so that the statement is the same for any number of rows. */
function rowsFrom(first: number, name: string, columns: readonly (keyof typeof TYPES)[]): string {
  return `unnest(${columns.map((column, index) => `$${first + index}::${TYPES[column]}[]`).join(', ')}) AS ${name}(${quoted(columns)})`
}

const MOVES = ['id', 'oldSeq', ...MOVED_COLUMNS] as const
// One statement is a transaction of its own, and one way there and back. Its parts all see what was there before it, the
// foreign key is looked at behind it, and an event that another process was faster with fails all of it.
const WRITE = `WITH created AS (INSERT INTO "Run" (${quoted(RUN_COLUMNS)}) SELECT * FROM ${rowsFrom(1, 'c', RUN_COLUMNS)}),
  added AS (INSERT INTO "RunEvent" (${quoted(EVENT_COLUMNS)}) SELECT * FROM ${rowsFrom(1 + RUN_COLUMNS.length, 'e', EVENT_COLUMNS)}),
  moved AS (UPDATE "Run" r SET ${MOVED_COLUMNS.map((column) => `"${column}" = m."${column}"`).join(', ')}
    FROM ${rowsFrom(1 + RUN_COLUMNS.length + EVENT_COLUMNS.length, 'm', MOVES)} WHERE r."id" = m."id" AND r."seq" = m."oldSeq" RETURNING 1)
  SELECT 1 / (CASE WHEN (SELECT count(*) FROM moved) = $${1 + RUN_COLUMNS.length + EVENT_COLUMNS.length + MOVES.length}::int THEN 1 ELSE 0 END)`
const WITH_VALUES = 1 + RUN_COLUMNS.length + EVENT_COLUMNS.length + MOVES.length + 1
// A value that is there already is touched: retention, which looks for values that nobody holds, waits for this statement
// then, or this one for it.
const WRITE_LARGE = WRITE.replace('WITH ', `WITH kept AS (INSERT INTO "LargeValue" AS v (${quoted(VALUE_COLUMNS)}) SELECT * FROM ${rowsFrom(WITH_VALUES, 'v', VALUE_COLUMNS)}
    ON CONFLICT ("hash") DO UPDATE SET "bytes" = v."bytes"),
  used AS (INSERT INTO "RunLargeValue" (${quoted(USE_COLUMNS)}) SELECT * FROM ${rowsFrom(WITH_VALUES + VALUE_COLUMNS.length, 'u', USE_COLUMNS)} ON CONFLICT DO NOTHING),
  `)
const DIVISION_BY_ZERO = '22012'

/** Writes appends over one connection: a look at what is before, and one statement that writes all or nothing. */
export function openPostgresAppends(url: string): AppendWriter {
  const pool = new Pool({ ...connectionOf(url), max: 1 })
  // One that breaks while nobody uses it is replaced at the next write.
  pool.on('error', () => undefined)
  return {
    async write(batch, settle) {
      const { ids } = runsOf(batch)
      const { rows: found } = await pool.query<{ id: string; seq: number | null; lastEventAt: number | null; bytes: number | null; owner: string | null; epoch: number | null }>({ name: 'look', text: LOOK, values: [ids] })
      const settled = settle({
        heads: new Map(found.flatMap(({ id, seq, lastEventAt, bytes }) => (seq === null || lastEventAt === null || bytes === null ? [] : [[id, { seq, lastEventAt, bytes }]]))),
        owners: new Map(found.flatMap(({ id, owner, epoch }) => (owner === null || epoch === null ? [] : [[id, { owner, epoch }]]))),
      })
      if (settled.events.length === 0) return settled
      const rows = [...columnsOf(settled.created, RUN_COLUMNS), ...columnsOf(settled.events, EVENT_COLUMNS), ...columnsOf(settled.moved, MOVES), settled.moved.length]
      try {
        await pool.query(settled.values.length === 0
          ? { name: 'write', text: WRITE, values: rows }
          : { name: 'write-large', text: WRITE_LARGE, values: [...rows, ...columnsOf(settled.values, VALUE_COLUMNS), ...columnsOf(settled.uses, USE_COLUMNS)] })
      } catch (error) {
        if (isCode(error, UNIQUE_VIOLATION) || isCode(error, DIVISION_BY_ZERO)) throw new LostRace()
        throw error
      }
      return settled
    },
    close: () => pool.end(),
  }
}

function columnsOf<Row>(rows: readonly Row[], columns: readonly (keyof Row)[]): unknown[][] {
  return columns.map((column) => rows.map((row) => row[column]))
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
