/**
 * Model calls by way of routers in other processes: engines that share a router see each other's calls through it.
 * R1. A call goes to one router at a time; another takes it only while no byte of an answer has come.
 * R2. The router that answered last is asked first, so that what one router knows of a run stays in use.
 */
import { FleetView } from '@/domain/route/fleet-view'
import type { Clock } from '@/server/ports/clock'
import { DispatchRoute, InstanceFailed, type Dispatch, type InstanceClient, type InstanceReply, type ModelCard } from '@/server/ports/instance-client'
import type { Logger } from '@/server/ports/log-store'

type Deps = { /** One a router process, in the order in which they are asked. */ clients: readonly InstanceClient[]; clock: Clock; log: Logger; /** Between two looks at the fleet behind them. */ lookMs?: number }

const MAX_VIEW_BYTES = 8 * 1024 * 1024
const unseen: FleetView = { simulated: false, policy: '', waiting: 0, instances: [] }

export function createRemoteRouter({ clients, clock, log, lookMs = 5_000 }: Deps) {
  let first = 0
  let cards: readonly ModelCard[] = []
  let fleet = unseen
  let reachable = true
  let next: (() => void) | undefined
  let stopped = false

  /** Asks one after the other, beginning with the one that answered last. @throws {InstanceFailed} of the last one */
  async function fromAny<T>(ask: (client: InstanceClient) => Promise<T>): Promise<T> {
    for (let turn = 0; ; turn++) {
      const at = (first + turn) % clients.length
      try {
        const answer = await ask(clients[at]!)
        first = at
        return answer
      } catch (error) {
        // Who timed out may still work on it: asking another would generate twice.
        if (!(error instanceof InstanceFailed) || error.fault === 'timeout' || turn === clients.length - 1) throw error
      }
    }
  }

  async function look(): Promise<void> {
    try {
      await fromAny(async (client) => {
        const [models, view] = await Promise.all([client.models(), fleetOf(client)])
        cards = models.cards
        fleet = view
      })
      if (!reachable) log({ level: 'INFO', component: 'router', category: 'health', message: 'A router answers again' })
      reachable = true
    } catch (error) {
      fleet = unseen
      if (reachable) log({ level: 'ERROR', component: 'router', category: 'health', message: `No router of HEDDLE_ROUTER answers: ${error instanceof Error ? error.message : String(error)}` })
      reachable = false
    }
    if (!stopped) next = clock.wakeAt(clock.now() + lookMs, () => void look())
  }

  const dispatch: Dispatch = async ({ method = 'POST', path, headers, body }, signal) => {
    const sent = { method, path, headers: { ...flat(headers), 'x-heddle-explain': '1' }, body }
    const reply = await fromAny((client) => client.send(sent, signal))
    const route = routeIn(reply)
    return { ...reply, ...(route && { route }) }
  }

  return {
    dispatch,
    /** As the router told them last. */
    models: (): readonly ModelCard[] => cards,
    /** The fleet behind the router as it was at the last look; empty while no router answers. */
    fleet: (): FleetView => fleet,
    /** First look; then one each `lookMs`. */
    start: look,
    async stop(): Promise<void> {
      stopped = true
      next?.()
      await Promise.all(clients.map((client) => client.close()))
    },
  }
}

async function fleetOf(client: InstanceClient): Promise<FleetView> {
  const reply = await client.send({ method: 'GET', path: '/api/fleet', headers: {} }, AbortSignal.timeout(5_000))
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of reply.body) {
    chunks.push(chunk)
    if ((bytes += chunk.length) > MAX_VIEW_BYTES) throw new InstanceFailed(client.url, 'garbage', '/api/fleet is too long')
  }
  const view = FleetView.safeParse(jsonOf(Buffer.concat(chunks).toString('utf8')))
  if (!view.success) throw new InstanceFailed(client.url, 'garbage', '/api/fleet did not answer as Heddle does')
  return view.data
}

function routeIn({ headers }: InstanceReply): DispatchRoute | undefined {
  const given = headers['x-heddle-route']
  if (typeof given !== 'string') return undefined
  return DispatchRoute.safeParse(jsonOf(given, decodeURIComponent)).data
}

function jsonOf(text: string, decode = (given: string): string => given): unknown {
  try {
    return JSON.parse(decode(text))
  } catch {
    return undefined
  }
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]])))
}
