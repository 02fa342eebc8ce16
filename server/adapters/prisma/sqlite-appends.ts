import 'server-only'
import Database, { type Statement } from 'better-sqlite3'
import { EVENT_COLUMNS, LostRace, MOVED_COLUMNS, quoted, RUN_COLUMNS, runsOf, USE_COLUMNS, VALUE_COLUMNS, type AppendWriter, type Before, type Head } from './append-batch'

/**
 * Writes appends on a connection of its own, by statements that are prepared once. The calls are synchronous, as all of
 * SQLite is in this process: between two awaits a whole batch is read, written and on the disk.
 */
export function openSqliteAppends(file: string): AppendWriter {
  const db = new Database(file, { timeout: 10_000 })
  // FULL: what was committed survives a power cut, not only a kill.
  db.pragma('synchronous = FULL')
  db.pragma('foreign_keys = ON')
  const [begin, commit, rollback] = ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK'].map((sql) => db.prepare(sql)) as [Statement, Statement, Statement]
  const headOf = db.prepare('SELECT "seq", "lastEventAt", "bytes" FROM "Run" WHERE "id" = ?')
  const ownerOf = db.prepare('SELECT "owner", "epoch" FROM "RunLease" WHERE "runId" = ?')
  const insert = (table: string, columns: readonly string[], end = '') => db.prepare(`INSERT INTO "${table}" (${quoted(columns)}) VALUES (${columns.map(() => '?').join(', ')})${end}`)
  const create = insert('Run', RUN_COLUMNS)
  const add = insert('RunEvent', EVENT_COLUMNS)
  const keep = insert('LargeValue', VALUE_COLUMNS, ' ON CONFLICT DO NOTHING')
  const use = insert('RunLargeValue', USE_COLUMNS, ' ON CONFLICT DO NOTHING')
  const move = db.prepare(`UPDATE "Run" SET ${MOVED_COLUMNS.map((column) => `"${column}" = ?`).join(', ')} WHERE "id" = ? AND "seq" = ?`)

  function known(statement: Statement, ids: readonly string[]): Map<string, unknown> {
    return new Map(ids.flatMap((id) => {
      const row = statement.get(id)
      return row === undefined ? [] : [[id, row]]
    }))
  }

  return {
    // Async, so that what it throws is a rejection.
    async write(batch, settle) {
      const { ids, leased } = runsOf(batch)
      begin.run()
      try {
        const settled = settle({ heads: known(headOf, ids) as Map<string, Head>, owners: known(ownerOf, leased) as Before['owners'] })
        for (const row of settled.created) create.run(...RUN_COLUMNS.map((column) => row[column]))
        for (const row of settled.values) keep.run(...VALUE_COLUMNS.map((column) => row[column]))
        for (const row of settled.uses) use.run(...USE_COLUMNS.map((column) => row[column]))
        for (const row of settled.events) add.run(...EVENT_COLUMNS.map((column) => row[column]))
        for (const row of settled.moved) if (move.run(...MOVED_COLUMNS.map((column) => row[column]), row.id, row.oldSeq).changes === 0) throw new LostRace()
        commit.run()
        return settled
      } catch (error) {
        // SQLite itself has rolled back where the disk is full or cannot be written.
        if (db.inTransaction) rollback.run()
        throw error
      }
    },
    async close() {
      db.close()
    },
  }
}
