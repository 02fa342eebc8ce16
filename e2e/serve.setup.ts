import { rmSync } from 'node:fs'
import { newDataDir, startHeddle } from './heddle-process'

/** One server for all browser journeys. */
export default async function serve(): Promise<() => Promise<void>> {
  const dataDir = newDataDir()
  const heddle = await startHeddle({ port: Number(process.env.HEDDLE_E2E_PORT ?? 3210), dataDir })
  return async () => {
    await heddle.kill('SIGTERM')
    rmSync(dataDir, { recursive: true, force: true })
  }
}
