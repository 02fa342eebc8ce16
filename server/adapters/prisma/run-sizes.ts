import 'server-only'
import { FINISHED } from '@/domain/run/run-state'
import type { Excess } from '@/server/ports/retained'
import type { Db } from './sqlite-client'

type Amount = number | bigint | null

/** Of the run `r`: finished, and without a snapshot that a person named. */
const DELETABLE = `r."status" IN (${FINISHED.map((status) => `'${status}'`).join(', ')}) AND r."finishedAt" IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM "Snapshot" n WHERE n."runId" = r."id" AND n."name" IS NOT NULL)`
/** Its events and snapshots. */
const OWN_BYTES = `r."bytes" + COALESCE((SELECT SUM(octet_length(s."state")) FROM "Snapshot" s WHERE s."runId" = r."id"), 0)`

/** How many of the newest fit into so many bytes; undefined: all. A large value counts for the newest that holds it: with that one it goes. */
export async function keptBySize(read: Db, maxBytes: number): Promise<number | undefined> {
  const [row] = await read.$queryRawUnsafe<{ place: Amount }[]>(`WITH ranked AS (SELECT r."id", ${OWN_BYTES} AS "bytes", ROW_NUMBER() OVER (ORDER BY r."finishedAt" DESC, r."id" DESC) AS "place" FROM "Run" r WHERE ${DELETABLE}),
    held AS (SELECT u."hash", MIN(k."place") AS "place" FROM "RunLargeValue" u JOIN ranked k ON k."id" = u."runId" GROUP BY u."hash"),
    heavy AS (SELECT h."place", SUM(v."bytes") AS "bytes" FROM held h JOIN "LargeValue" v ON v."hash" = h."hash" GROUP BY h."place"),
    summed AS (SELECT k."place", SUM(k."bytes" + COALESCE(y."bytes", 0)) OVER (ORDER BY k."place") AS "sum" FROM ranked k LEFT JOIN heavy y ON y."place" = k."place")
    SELECT MIN("place") AS "place" FROM summed WHERE "sum" > ${maxBytes}`)
  return row?.place == null ? undefined : Number(row.place) - 1
}

// A statement names it several times, and stores number their parameters differently.
const quotedText = (text: string): string => `'${text.replaceAll("'", "''")}'`

type Beyond = { olderThan?: number; places: readonly { finishedAt: number; id: string }[] }

/** What of the deletable runs ended before `olderThan`, or not after one of the places. */
export async function excessOfRuns(read: Db, { olderThan, places }: Beyond): Promise<Excess> {
  const either = [
    ...(olderThan === undefined ? [] : [`r."finishedAt" < ${olderThan}`]),
    ...places.map(({ finishedAt, id }) => `r."finishedAt" < ${finishedAt} OR (r."finishedAt" = ${finishedAt} AND r."id" <= ${quotedText(id)})`),
  ]
  const goes = either.length === 0 ? '1 = 0' : `(${either.join(' OR ')})`
  const heldBy = (which: string) => `EXISTS (SELECT 1 FROM "RunLargeValue" u JOIN "Run" r ON r."id" = u."runId" WHERE u."hash" = v."hash" AND ${which})`
  const rows = await read.$queryRawUnsafe<{ goes: Amount; count: Amount; bytes: Amount; oldest: number; newest: number }[]>(
    `SELECT "goes", COUNT(*) AS "count", SUM("bytes") AS "bytes", MIN("finishedAt") AS "oldest", MAX("finishedAt") AS "newest"
     FROM (SELECT CASE WHEN ${goes} THEN 1 ELSE 0 END AS "goes", ${OWN_BYTES} AS "bytes", r."finishedAt" FROM "Run" r WHERE ${DELETABLE}) AS d GROUP BY "goes"`,
  )
  const [values] = await read.$queryRawUnsafe<{ count: Amount; bytes: Amount; stays: Amount }[]>(
    `SELECT COUNT(CASE WHEN "goes" = 1 AND "else" = 0 THEN 1 END) AS "count", SUM(CASE WHEN "goes" = 1 AND "else" = 0 THEN "bytes" ELSE 0 END) AS "bytes", SUM(CASE WHEN "stays" = 1 THEN "bytes" ELSE 0 END) AS "stays"
     FROM (SELECT v."bytes", CASE WHEN ${heldBy(`${DELETABLE} AND ${goes}`)} THEN 1 ELSE 0 END AS "goes", CASE WHEN ${heldBy(`NOT (${DELETABLE} AND ${goes})`)} THEN 1 ELSE 0 END AS "else",
       CASE WHEN ${heldBy(`${DELETABLE} AND NOT (${goes})`)} THEN 1 ELSE 0 END AS "stays" FROM "LargeValue" v) AS h`,
  )
  const part = (which: number) => rows.find((row) => Number(row.goes) === which)
  const [gone, left] = [part(1), part(0)]
  return {
    count: Number(gone?.count ?? 0), stays: Number(left?.count ?? 0), bytes: Number(gone?.bytes ?? 0), staysBytes: Number(left?.bytes ?? 0) + Number(values?.stays ?? 0),
    values: { count: Number(values?.count ?? 0), bytes: Number(values?.bytes ?? 0) },
    ...(gone && { oldest: Number(gone.oldest), newest: Number(gone.newest) }),
  }
}
