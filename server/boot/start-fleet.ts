import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { AppError } from '@/domain/error'

/** How many simulated instances stand in when no fleet is configured. */
const INSTANCES = 3
/** A bound for what hangs: it is there within a second, on a machine busy with other work within several. */
const READY_MS = 60_000

export class SimulatedFleetNotReady extends AppError {
  readonly code = 'SIMULATED_FLEET_NOT_READY'
  readonly hint = 'See what it wrote above, or whether the machine is too busy, and start again; or set HEDDLE_FLEET to your own servers.'
}

export type FleetProcess = {
  urls: string[]
  /** Where it has ended: again at the same addresses. @returns what was done */
  restart(): Promise<string>
  pid(): number
  stop(): void
}

/**
 * Starts the simulated fleet as a process of its own, on free ports; it ends with this process.
 * @param onExit told when it ends by itself
 * @throws {SimulatedFleetNotReady} it ended before, or did not answer within `readyMs`
 */
export async function startSimulatedFleet(file: string, { timeScale, onExit, readyMs = READY_MS }: { timeScale: number; onExit: (code: number | null) => void; readyMs?: number }): Promise<FleetProcess> {
  let stopping = false
  let child: ChildProcess
  const start = async (port: string): Promise<string[]> => {
    const started = (child = spawn(process.execPath, [file, '--instances', String(INSTANCES), '--port', port, '--time-scale', String(timeScale), '--exit-with-parent'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }))
    const late = AbortSignal.timeout(readyMs)
    const message: unknown = await Promise.race([
      once(started, 'message', { signal: late }).then(([first]: unknown[]) => first),
      once(started, 'exit', { signal: late }).then(([code]) => Promise.reject(new SimulatedFleetNotReady(`The simulated fleet ended with ${String(code)} before it was ready`))),
    ]).catch((error: unknown) => {
      started.kill('SIGKILL')
      throw late.aborted ? new SimulatedFleetNotReady(`The simulated fleet was not ready within ${readyMs / 1_000} s`) : error
    })
    started.once('exit', (code) => {
      if (!stopping) onExit(code)
    })
    return (message as { urls: string[] }).urls
  }
  const urls = await start('0')
  const ports = urls.map((url) => new URL(url).port).join(',')
  return {
    urls,
    async restart() {
      if (child.exitCode === null && child.signalCode === null) return 'The simulated fleet runs; it was left alone'
      await start(ports)
      return 'The simulated fleet was started again'
    },
    pid: () => child.pid!,
    stop() {
      stopping = true
      child.kill('SIGTERM')
    },
  }
}
