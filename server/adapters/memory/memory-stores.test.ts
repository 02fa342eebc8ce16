import { alertStoreSuite } from '@/server/ports/alert-store.suite'
import { hookStoreSuite } from '@/server/ports/hook-store.suite'
import { logStoreSuite } from '@/server/ports/log-store.suite'
import { retainedSuite } from '@/server/ports/retained.suite'
import { runFeedSuite } from '@/server/ports/run-feed.suite'
import { runCommandsSuite } from '@/server/ports/run-commands.suite'
import { runLeasesSuite } from '@/server/ports/run-leases.suite'
import { runLogSuite } from '@/server/ports/run-log.suite'
import { sampleStoreSuite } from '@/server/ports/sample-store.suite'
import { scheduleStoreSuite } from '@/server/ports/schedule-store.suite'
import { sharedPlacesSuite } from '@/server/ports/shared-places.suite'
import { snapshotStoreSuite } from '@/server/ports/snapshot-store.suite'
import { workflowStoreSuite } from '@/server/ports/workflow-store.suite'
import { createMemoryAlertStore } from './memory-alert-store'
import { createMemoryHookStore } from './memory-hook-store'
import { createMemoryLogStore } from './memory-log-store'
import { createMemoryRunCommands } from './memory-run-commands'
import { createMemoryRunLeases } from './memory-run-leases'
import { createMemoryRetained, createMemorySettingStore } from './memory-retained'
import { createMemoryRunLog } from './memory-run-log'
import { createMemorySampleStore } from './memory-sample-store'
import { createMemoryScheduleStore } from './memory-schedule-store'
import { createMemorySharedPlaces } from './memory-shared-places'
import { createMemorySnapshotStore } from './memory-snapshot-store'
import { createMemoryWorkflowStore } from './memory-workflow-store'
import { createRunFeed } from './run-feed'

function settableClock() {
  let now = 0
  return { now: () => now, set: (to: number) => void (now = to) }
}

runLogSuite('memory', async () => {
  const clock = settableClock()
  const log = createMemoryRunLog({ clock })
  return { log, clock, spoil: async (id, row) => void Object.assign(log.runs().find((run) => run.id === id)!, row) }
})
runLeasesSuite('memory', async () => {
  const clock = settableClock()
  const leases = createMemoryRunLeases(clock, createMemoryRunLog({ clock }))
  return { log: leases.guard, leases, pass: async (ms) => clock.set(clock.now() + ms) }
})
sharedPlacesSuite('memory', async () => {
  const clock = settableClock()
  const leases = createMemoryRunLeases(clock, createMemoryRunLog({ clock }))
  return { log: leases.guard, leases, places: createMemorySharedPlaces(leases.holds), pass: async (ms) => clock.set(clock.now() + ms) }
})
runCommandsSuite('memory', async () => ({ commands: createMemoryRunCommands(), log: createMemoryRunLog({ clock: settableClock() }) }))
snapshotStoreSuite('memory', async () => ({ snapshots: createMemorySnapshotStore(), log: createMemoryRunLog({ clock: settableClock() }) }))
workflowStoreSuite('memory', async () => createMemoryWorkflowStore())
scheduleStoreSuite('memory', async () => {
  const workflows = createMemoryWorkflowStore()
  return { schedules: createMemoryScheduleStore(workflows), workflows }
})
hookStoreSuite('memory', async () => {
  const workflows = createMemoryWorkflowStore()
  return { hooks: createMemoryHookStore(workflows), workflows }
})
logStoreSuite('memory', async () => createMemoryLogStore())
runFeedSuite('memory', async () => createRunFeed())
sampleStoreSuite('memory', async () => createMemorySampleStore())
alertStoreSuite('memory', async () => createMemoryAlertStore())
retainedSuite('memory', async () => {
  const clock = settableClock()
  const [runLog, snapshots, lines, samples] = [createMemoryRunLog({ clock }), createMemorySnapshotStore(), [], createMemorySampleStore()]
  return { retained: createMemoryRetained({ runLog, snapshots, lines, samples }), samples, settings: createMemorySettingStore(), runLog, snapshots, logs: createMemoryLogStore(lines), clock }
})
