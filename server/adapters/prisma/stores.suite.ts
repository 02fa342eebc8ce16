import { alertStoreSuite } from '@/server/ports/alert-store.suite'
import { hookStoreSuite } from '@/server/ports/hook-store.suite'
import { logStoreSuite } from '@/server/ports/log-store.suite'
import { retainedSuite } from '@/server/ports/retained.suite'
import { runLogSuite } from '@/server/ports/run-log.suite'
import { sampleStoreSuite } from '@/server/ports/sample-store.suite'
import { scheduleStoreSuite } from '@/server/ports/schedule-store.suite'
import { snapshotStoreSuite } from '@/server/ports/snapshot-store.suite'
import { workflowStoreSuite } from '@/server/ports/workflow-store.suite'
import { largeValuesSuite } from './large-values.suite'
import type { Store } from './open-store'

type Opened = Store & { /** A statement by other hands. */ sql(statement: string): Promise<void>; /** What they find. */ rows(query: string): Promise<unknown[]>; clock: { now(): number; set(to: number): void } }

/** What every store of Heddle promises, for one that is opened empty each time. */
export function storeSuites(name: string, openEmpty: () => Promise<Opened>): void {
  runLogSuite(name, async () => {
    const { runLog, clock, sql } = await openEmpty()
    return { log: runLog, clock, spoil: (id, { status, seq }) => sql(`UPDATE "Run" SET "status" = '${status}', "seq" = ${seq} WHERE "id" = '${id}'`) }
  })
  snapshotStoreSuite(name, async () => {
    const { snapshots, runLog, sql } = await openEmpty()
    return { snapshots, log: runLog, spoil: (id) => sql(`UPDATE "Snapshot" SET "state" = '{"seq": 4, ' WHERE "id" = '${id}'`) }
  })
  workflowStoreSuite(name, async () => (await openEmpty()).workflows)
  scheduleStoreSuite(name, openEmpty)
  hookStoreSuite(name, openEmpty)
  logStoreSuite(name, async () => (await openEmpty()).logs)
  alertStoreSuite(name, async () => (await openEmpty()).alerts)
  sampleStoreSuite(name, async () => (await openEmpty()).samples)
  retainedSuite(name, openEmpty)
  largeValuesSuite(name, openEmpty)
}
