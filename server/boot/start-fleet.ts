import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** How many simulated instances stand in when no fleet is configured. */
const INSTANCES = 3
const READY_MS = 15_000

export type FleetProcess = { urls: string[]; stop(): void }

/**
 * Starts the simulated fleet as a process of its own, on free ports; it ends with this process.
 * @param onExit told when it ends by itself
 */
export async function startSimulatedFleet(file: string, { timeScale, onExit }: { timeScale: number; onExit: (code: number | null) => void }): Promise<FleetProcess> {
  const child = spawn(process.execPath, [file, '--instances', String(INSTANCES), '--port', '0', '--time-scale', String(timeScale), '--exit-with-parent'], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  let stopping = false
  child.once('exit', (code) => {
    if (!stopping) onExit(code)
  })
  const late = AbortSignal.timeout(READY_MS)
  const message: unknown = await Promise.race([
    once(child, 'message', { signal: late }).then(([first]: unknown[]) => first),
    once(child, 'exit', { signal: late }).then(([code]) => Promise.reject(new Error(`The simulated fleet ended with ${String(code)} before it was ready`))),
  ])
  const { urls } = message as { urls: string[] }
  return {
    urls,
    stop() {
      stopping = true
      child.kill('SIGTERM')
    },
  }
}
