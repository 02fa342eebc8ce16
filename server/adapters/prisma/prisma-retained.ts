import 'server-only'
import { FINISHED } from '@/domain/run/run-state'
import type { Retained, RetainedKinds } from '@/server/ports/retained'
import { retainedLogs } from './retained-logs'
import { retainedSamples } from './retained-samples'
import { excessOfRuns, keptBySize } from './run-sizes'
import type { Db } from './sqlite-client'
import { ROWS_A_STATEMENT } from './row-places'
import type { Dialect, StoreDatabase } from './store-database'

/** Runs a call deletes, a transaction each: a run may have many thousand events. */
const RUNS_AT_ONCE = 5
/** Calls for which a bound by size is taken as found: it is a look at all runs. */
const CALLS_A_LOOK = 100

/** Retention over the database. Other writes have their turn between two transactions. */
export function createPrismaRetained(database: StoreDatabase): RetainedKinds {
  return { runs: retainedRuns(database), logs: retainedLogs(database), samples: retainedSamples(database) }
}

type Place = { finishedAt: number; id: string }

/** Finished, and without a snapshot that a person named. */
const deletable = { status: { in: [...FINISHED] }, finishedAt: { not: null }, snapshots: { none: { name: { not: null } } } }

function retainedRuns({ read, write, queue, dialect }: StoreDatabase): Retained {
  let look: { maxBytes: number; callsLeft: number; first: Place | undefined } | undefined

  /** The newest of those behind the newest `keep`. */
  const behind = async (keep: number | undefined): Promise<Place | undefined> => {
    const first = keep === undefined ? null : await read.run.findFirst({ where: deletable, orderBy: [{ finishedAt: 'desc' }, { id: 'desc' }], skip: keep, select: { id: true, finishedAt: true } })
    return first ? { id: first.id, finishedAt: first.finishedAt! } : undefined
  }
  const beyond = ({ olderThan, places }: { olderThan?: number; places: readonly (Place | undefined)[] }) => {
    const either = [
      ...(olderThan === undefined ? [] : [{ finishedAt: { lt: olderThan } }]),
      ...places.flatMap((place) => (place ? [{ finishedAt: { lt: place.finishedAt } }, { finishedAt: place.finishedAt, id: { lte: place.id } }] : [])),
    ]
    return either.length === 0 ? undefined : { AND: [deletable, { OR: either }] }
  }
  /** What ends later pushes the bound on, never back: an older look deletes less, and what goes is looked at again anyhow. */
  const bySize = async (maxBytes: number | undefined): Promise<Place | undefined> => {
    if (maxBytes === undefined) return undefined
    if (look?.maxBytes !== maxBytes || look.callsLeft-- <= 0) look = { maxBytes, callsLeft: CALLS_A_LOOK, first: await behind(await keptBySize(read, maxBytes)) }
    return look.first
  }
  return {
    async excess({ olderThan, keep, maxBytes }) {
      const places = [await behind(keep), maxBytes === undefined ? undefined : await behind(await keptBySize(read, maxBytes))]
      return excessOfRuns(read, { ...(olderThan !== undefined && { olderThan }), places: places.filter((place) => place !== undefined) })
    },
    async deleteSome({ olderThan, keep, maxBytes }) {
      const where = beyond({ ...(olderThan !== undefined && { olderThan }), places: [await behind(keep), await bySize(maxBytes)] })
      const rows = where ? await read.run.findMany({ where, orderBy: [{ finishedAt: 'asc' }, { id: 'asc' }], take: RUNS_AT_ONCE, select: { id: true } }) : []
      // The next sweep looks anew.
      if (rows.length === 0) look = undefined
      let deleted = 0
      // Events and snapshots go with their run. Looked at again: a person may have named a snapshot since.
      for (const { id } of rows) {
        deleted += await queue(() => write.$transaction(async (tx) => {
          const held = await tx.runLargeValue.findMany({ where: { runId: id }, select: { hash: true } })
          const { count } = await tx.run.deleteMany({ where: { ...deletable, id } })
          if (count === 0) return 0
          await tx.runKey.deleteMany({ where: { runId: id } })
          await deleteUnheld(tx, dialect, held.map(({ hash }) => hash).sort())
          return count
        }))
      }
      return deleted
    },
  }
}

/**
 * Deletes those of the values that no run holds any more. Where other processes append, the rows are locked first and looked at
 * by a statement of its own: whoever appended one of them before is seen by it, whoever does after waits and stores it again.
 */
async function deleteUnheld(tx: Pick<Db, 'largeValue' | '$queryRawUnsafe'>, dialect: Dialect, hashes: readonly string[]): Promise<void> {
  for (let first = 0; first < hashes.length; first += ROWS_A_STATEMENT) {
    const some = hashes.slice(first, first + ROWS_A_STATEMENT)
    if (dialect === 'postgresql') await tx.$queryRawUnsafe('SELECT 1 FROM "LargeValue" WHERE "hash" = ANY($1) ORDER BY "hash" FOR UPDATE', some)
    await tx.largeValue.deleteMany({ where: { hash: { in: some }, uses: { none: {} } } })
  }
}
