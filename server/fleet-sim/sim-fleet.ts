import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInstanceServer } from './instance-server'
import { createSimInstance, type InstanceClock, type InstanceOptions, type SimInstance } from './sim-instance'
import type { KvEncoding } from './kv-publisher'

export type FleetOptions = Omit<InstanceOptions, 'index'> & {
  instances: number
  /** Port of the first instance, or of each; 0 lets the system choose all of them. */
  port: number | readonly number[]
  host: string
  /** Slowness by instance number, from 0. */
  slow: ReadonlyMap<number, number>
  /** Publish KV events in this form: 1,000 above the instance's port, asked again 2,000 above; with port 0 anywhere. */
  kvEvents: KvEncoding | undefined
}

export type SimFleet = { urls: string[]; instances: SimInstance[]; close: () => Promise<void> }

export const defaultFleetOptions: FleetOptions = {
  instances: 3,
  port: 8001,
  host: '127.0.0.1',
  model: 'heddle-sim-8b',
  loras: [],
  seed: 1,
  timeScale: 1,
  maxModelLen: 32_768,
  engine: {},
  failRate: 0,
  failAfterTokens: undefined,
  slow: new Map(),
  kvEvents: undefined,
}

const systemClock: InstanceClock = { nowMs: () => performance.now(), unixSeconds: () => Math.floor(Date.now() / 1000) }

function portOf(port: number | readonly number[], index: number): number {
  if (typeof port !== 'number') return port[index] ?? 0
  return port === 0 ? 0 : port + index
}

/** Starts all instances, each on a port of its own. @throws when a port is taken; then none is left listening */
export async function startSimFleet(given: Partial<FleetOptions> = {}, clock: InstanceClock = systemClock): Promise<SimFleet> {
  const options = { ...defaultFleetOptions, ...given }
  const instances = Array.from({ length: options.instances }, (_, i) =>
    createSimInstance({ ...options, index: i, engine: { ...options.engine, slowness: options.slow.get(i) ?? options.engine.slowness ?? 1 } }, clock),
  )
  const servers = instances.map(createInstanceServer)
  const close = async (): Promise<void> => {
    for (const instance of instances) {
      instance.runner.close()
      instance.kvPublisher?.close()
    }
    await Promise.all(servers.map(stop))
  }
  const ports = await Promise.allSettled(servers.map((server, i) => listen(server, portOf(options.port, i), options.host)))
  const refused = ports.find((result) => result.status === 'rejected')
  if (refused) {
    await close()
    throw refused.reason
  }
  if (options.kvEvents) await Promise.all(instances.map((instance, i) => publish(instance, options, i)))
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  return { urls: ports.map((port) => `http://${host}:${port.status === 'fulfilled' ? port.value : 0}`), instances, close }
}

async function publish(instance: SimInstance, { host, port, kvEvents }: FleetOptions, index: number): Promise<void> {
  // Loaded only where asked for: it is a native module.
  const { createKvPublisher } = await import('./kv-publisher')
  const at = (above: number): string => `tcp://${host}:${portOf(port, index) === 0 ? '*' : portOf(port, index) + above}`
  instance.kvPublisher = await createKvPublisher(instance.runner.engine, { events: at(1_000), replay: at(2_000) }, kvEvents)
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
