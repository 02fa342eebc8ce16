import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach } from 'vitest'
import { alertStoreSuite } from '@/server/ports/alert-store.suite'
import { logStoreSuite } from '@/server/ports/log-store.suite'
import { retainedSuite } from '@/server/ports/retained.suite'
import { runLogSuite } from '@/server/ports/run-log.suite'
import { scheduleStoreSuite } from '@/server/ports/schedule-store.suite'
import { snapshotStoreSuite } from '@/server/ports/snapshot-store.suite'
import { workflowStoreSuite } from '@/server/ports/workflow-store.suite'
import { openStore } from './open-store'

const migrationsDir = fileURLToPath(new URL('../../../prisma/migrations/sqlite', import.meta.url))
const opened: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0)) await close()
})

async function openEmpty() {
  let now = 0
  const clock = { now: () => now, set: (to: number) => void (now = to) }
  const dataDir = mkdtempSync(join(tmpdir(), 'heddle-store-'))
  const store = await openStore({ dataDir, migrationsDir, clock })
  opened.push(async () => {
    await store.close()
    rmSync(dataDir, { recursive: true })
  })
  return { ...store, clock }
}

runLogSuite('prisma on sqlite', async () => {
  const { runLog, clock } = await openEmpty()
  return { log: runLog, clock }
})
snapshotStoreSuite('prisma on sqlite', async () => {
  const { snapshots, runLog } = await openEmpty()
  return { snapshots, log: runLog }
})
workflowStoreSuite('prisma on sqlite', async () => (await openEmpty()).workflows)
scheduleStoreSuite('prisma on sqlite', openEmpty)
logStoreSuite('prisma on sqlite', async () => (await openEmpty()).logs)
alertStoreSuite('prisma on sqlite', async () => (await openEmpty()).alerts)
retainedSuite('prisma on sqlite', openEmpty)
