import { rmSync } from 'node:fs'
import type { FullConfig } from '@playwright/test'
import { newDataDir, startHeddle } from './heddle-process'
import { portsOf } from './ports'

/** A server with an empty data folder for each worker. */
export default async function serve({ workers }: FullConfig): Promise<() => Promise<void>> {
  const servers = await Promise.all(Array.from({ length: workers }, (_, worker) => startHeddle({ port: portsOf(worker).shared, dataDir: newDataDir() })))
  return async () => {
    await Promise.all(servers.map(async ({ kill, dataDir }) => {
      await kill('SIGTERM')
      rmSync(dataDir, { recursive: true, force: true })
    }))
  }
}
