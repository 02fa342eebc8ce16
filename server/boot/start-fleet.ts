import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** How many simulated instances stand in when no fleet is configured. */
const INSTANCES = 3
const READY_MS = 15_000

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
 */
export async function startSimulatedFleet(file: string, { timeScale, onExit }: { timeScale: number; onExit: (code: number | null) => void }): Promise<FleetProcess> {
  let stopping = false
  let child: ChildProcess
  const start = async (port: string): Promise<string[]> => {
    const started = (child = spawn(process.execPath, [file, '--instances', String(INSTANCES), '--port', port, '--time-scale', String(timeScale), '--exit-with-parent'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }))
    const late = AbortSignal.timeout(READY_MS)
    const message: unknown = await Promise.race([
      once(started, 'message', { signal: late }).then(([first]: unknown[]) => first),
      once(started, 'exit', { signal: late }).then(([code]) => Promise.reject(new Error(`The simulated fleet ended with ${String(code)} before it was ready`))),
    ])
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
