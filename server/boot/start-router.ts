import 'server-only'
import { pooled } from '@/domain/route/policies'
import { createInstanceClient } from '@/server/adapters/vllm/create-instance-client'
import { createRemoteRouter } from '@/server/adapters/vllm/remote-router'
import type { Clock } from '@/server/ports/clock'
import type { Ids } from '@/server/ports/ids'
import type { InstanceClient } from '@/server/ports/instance-client'
import type { KvFeed } from '@/server/ports/kv-events'
import type { Logger } from '@/server/ports/log-store'
import { createRouter, type Router } from '@/server/router/create-router'
import type { Config } from './config'
import { createFleetSources } from './fleet-sources'
import { kvEndpoint } from './kv-endpoint'
import { startSimulatedFleet, type FleetProcess } from './start-fleet'

/** What is called, last first, when the process ends. */
export type Stop = () => void | Promise<void>

/** Places calls on the fleet by itself. */
export async function ownRouter(config: Config, { clock, ids, log, simulated }: { clock: Clock; ids: Ids; log: Logger; simulated: FleetProcess | undefined }, stops: Stop[]): Promise<Router> {
  const sources = createFleetSources({
    sources: config.fleet ?? (simulated?.urls ?? []).map((url) => ({ kind: 'url', url })), kubernetesApi: config.kubernetesApi, log,
    clientOf: (id, url) => createInstanceClient({ id, url, ...(config.fleetApiKey !== undefined && { apiKey: config.fleetApiKey }) }),
  })
  const router = createRouter({ clients: sources.clients, clock, ids, log, scheduler: pooled(config.policy), ...(config.kvEvents && { kvFeedOf: await kvFeeds(config.kvEvents) }), aliases: config.modelAliases, tellPriority: config.tellPriority, settings: { warmUp: config.warmUp } })
  router.start()
  stops.push(() => router.stop())
  stops.push(sources.follow(router))
  await router.ready()
  return router
}

/** Leaves the placing to others, who then know of all calls. */
export async function remoteRouter(urls: readonly string[], { clock, log }: { clock: Clock; log: Logger }, stops: Stop[]) {
  const remote = createRemoteRouter({ clients: urls.map((url) => createInstanceClient({ id: url, url })), clock, log })
  await remote.start()
  stops.push(() => remote.stop())
  return remote
}

/** Loaded only where asked for: it is a native module. */
async function kvFeeds([events = '', replay]: readonly string[]): Promise<(client: InstanceClient) => KvFeed> {
  const { createKvFeed } = await import('@/server/adapters/vllm/kv-feed')
  return ({ url }) => createKvFeed({ endpoint: kvEndpoint(url, events), ...(replay !== undefined && { replayEndpoint: kvEndpoint(url, replay) }) })
}

/** @param program the bundled fleet */
export async function simulatedFleet(config: Config, program: string, log: Logger, stops: Stop[]): Promise<FleetProcess> {
  const fleet = await startSimulatedFleet(program, {
    timeScale: config.simTimeScale,
    onExit: (code) => log({ level: 'CRITICAL', component: 'boot', category: 'health', message: `The simulated fleet ended with ${String(code)}; the next look at its health starts it again` }),
  })
  stops.push(fleet.stop)
  return fleet
}
