import { alertStoreSuite } from '@/server/ports/alert-store.suite'
import { hookStoreSuite } from '@/server/ports/hook-store.suite'
import { logStoreSuite } from '@/server/ports/log-store.suite'
import { retainedSuite } from '@/server/ports/retained.suite'
import { runLogSuite } from '@/server/ports/run-log.suite'
import { sampleStoreSuite } from '@/server/ports/sample-store.suite'
import { scheduleStoreSuite } from '@/server/ports/schedule-store.suite'
import { snapshotStoreSuite } from '@/server/ports/snapshot-store.suite'
import { workflowStoreSuite } from '@/server/ports/workflow-store.suite'
import type { Store } from './open-store'

type Opened = Store & { clock: { now(): number; set(to: number): void } }

/** What every store of Heddle promises, for one that is opened empty each time. */
export function storeSuites(name: string, openEmpty: () => Promise<Opened>): void {
  runLogSuite(name, async () => {
    const { runLog, clock } = await openEmpty()
    return { log: runLog, clock }
  })
  snapshotStoreSuite(name, async () => {
    const { snapshots, runLog } = await openEmpty()
    return { snapshots, log: runLog }
  })
  workflowStoreSuite(name, async () => (await openEmpty()).workflows)
  scheduleStoreSuite(name, openEmpty)
  hookStoreSuite(name, openEmpty)
  logStoreSuite(name, async () => (await openEmpty()).logs)
  alertStoreSuite(name, async () => (await openEmpty()).alerts)
  sampleStoreSuite(name, async () => (await openEmpty()).samples)
  retainedSuite(name, openEmpty)
}
