/**
 * What the router knows of its instances, kept fresh by probes and scrapes.
 * W1. `inFlight` goes up in `acquire` and down once in the lease's `release`, whatever ends the call.
 * W2. A decision counts at once: `acquire` runs in the same turn as the choice, before anything is awaited.
 * W3. One probe and one scrape an instance at a time; a hanging instance delays no other.
 * W4. An instance that was gone or restarted has lost its cache: index and homes forget it.
 */
import type { FleetState, InstanceState } from '@/domain/route/fleet-state'
import { createPrefixIndex, forgetInstance } from '@/domain/route/prefix-index'
import type { Clock } from '../ports/clock'
import type { InstanceClient, InstanceFault, InstanceMetrics, ModelCard } from '../ports/instance-client'
import type { Logger } from '../ports/log-store'
import { createFleetHomes } from './fleet-homes'
import { applyScrape } from './scraped-figures'
import type { ReportedUsage } from './usage-in-tail'

export type WatchedInstance = {
  readonly client: InstanceClient
  readonly state: InstanceState
  cards: ModelCard[]
  simulated: boolean
  version?: string
  /** Set by a person; lifted by a person. */
  draining: boolean
  failuresInARow: number
  scraped?: InstanceMetrics
  lastSeenAt?: number
  requests: number
  reported: Required<ReportedUsage>
  probing: boolean
  scraping: boolean
}
/** @param outputTokens what the call wrote, where known */
export type Lease = { readonly instance: WatchedInstance; release(outputTokens?: number): void }
export type FleetWatch = ReturnType<typeof createFleetWatch>

type Deps = { clients: readonly InstanceClient[]; clock: Clock; log: Logger; probeMs?: number; scrapeMs?: number }

/** Failures other than a refused connection that an instance may have in a row. */
const FAILURES_TO_UNHEALTHY = 3

export function createFleetWatch({ clients, clock, log, probeMs = 2_000, scrapeMs = 1_000 }: Deps) {
  const prefixes = createPrefixIndex()
  const homes = createFleetHomes({ now: () => clock.now() })
  const instances = clients.map(watched)
  const byId = new Map(instances.map((one) => [one.state.id, one]))
  const fleet: FleetState = { instances: instances.map((one) => one.state), prefixes, homes }
  const listeners = new Set<() => void>()
  const timers = new Set<() => void>()
  let decisions = 0
  let changed = false
  let firstRound: Promise<void> | undefined
  let running = false

  function setHealth(one: WatchedInstance, healthy: boolean, why: string): void {
    const next = !healthy ? 'unhealthy' : one.draining ? 'draining' : 'healthy'
    if (one.state.health === next) return
    const before = one.state.health
    one.state.health = next
    changed = true
    if (next === 'unhealthy') forget(one)
    log({ level: next === 'unhealthy' ? 'WARNING' : 'INFO', component: 'router', category: 'health', message: `Instance ${one.state.url} is ${next}: ${why}`, data: { instance: one.state.id, before, after: next } })
  }

  function forget(one: WatchedInstance): void {
    forgetInstance(prefixes, one.state.id)
    homes.forgetInstance(one.state.id)
    delete one.scraped
  }

  async function probe(one: WatchedInstance): Promise<void> {
    if (one.probing) return
    one.probing = true
    try {
      const healthy = await one.client.health()
      if (healthy) {
        // Models first: an instance whose models nobody knows gets no request anyway.
        const { cards, simulated, version } = await one.client.models()
        one.cards = cards
        one.simulated = simulated
        if (version !== undefined) one.version = version
        one.state.models = cards.map((card) => card.id)
        one.failuresInARow = 0
        one.lastSeenAt = clock.now()
      }
      setHealth(one, healthy, healthy ? 'it answers' : 'its health probe failed')
    } catch (error) {
      setHealth(one, false, error instanceof Error ? error.message : 'its probe failed')
    } finally {
      one.probing = false
    }
  }

  async function scrape(one: WatchedInstance): Promise<void> {
    if (one.scraping || one.state.health === 'unhealthy') return
    one.scraping = true
    try {
      const figures = await one.client.metrics()
      if (applyScrape(one.state, one.scraped, figures) === 'restarted') forget(one)
      one.scraped = figures
      changed = true
    } catch {
      // Figures stay as they were; only probes and calls judge health.
    } finally {
      one.scraping = false
    }
  }

  function every(ms: number, act: () => void): void {
    let cancel = clock.wakeAt(clock.now() + ms, again)
    function again(): void {
      timers.delete(stop)
      if (!running) return
      act()
      cancel = clock.wakeAt(clock.now() + ms, again)
      timers.add(stop)
    }
    function stop(): void {
      cancel()
    }
    timers.add(stop)
  }

  function tell(): void {
    if (!changed) return
    changed = false
    for (const listener of listeners) listener()
  }

  /** Resolves after the first round of probes; starts it if nobody has. */
  function ready(): Promise<void> {
    firstRound ??= Promise.all(instances.map(probe)).then(() => undefined)
    return firstRound
  }

  return {
    fleet,
    instances,
    homes,
    ready,
    start(): void {
      if (running) return
      running = true
      void ready().then(() => Promise.all(instances.map(scrape)))
      every(probeMs, () => instances.forEach((one) => void probe(one)))
      every(scrapeMs, () => {
        tell()
        instances.forEach((one) => void scrape(one))
      })
    },
    stop(): void {
      running = false
      for (const cancel of timers) cancel()
      timers.clear()
    },
    /** Counts a decision. The caller chose in this same turn (W2): call-queue.ts. */
    acquire(instanceId: string, homeKey: string | undefined): Lease | undefined {
      const instance = byId.get(instanceId)
      if (!instance) return undefined
      instance.state.inFlight++
      instance.state.lastChosen = ++decisions
      instance.requests++
      changed = true
      if (homeKey !== undefined) homes.set(homeKey, instanceId)
      let held = true
      return {
        instance,
        release(): void {
          if (!held) return
          held = false
          instance.state.inFlight--
          changed = true
        },
      }
    },
    succeeded(one: WatchedInstance): void {
      one.failuresInARow = 0
      one.lastSeenAt = clock.now()
    },
    failed(one: WatchedInstance, fault: InstanceFault | 'status', detail: string): void {
      one.failuresInARow++
      if (fault === 'connect' || one.failuresInARow >= FAILURES_TO_UNHEALTHY) setHealth(one, false, detail)
    },
    report(one: WatchedInstance, usage: ReportedUsage): void {
      one.reported.promptTokens += usage.promptTokens
      one.reported.completionTokens += usage.completionTokens
      one.reported.cachedTokens += usage.cachedTokens ?? 0
    },
    /** A draining instance ends what it has and gets nothing new. @returns whether it exists */
    setDraining(instanceId: string, draining: boolean): boolean {
      const one = byId.get(instanceId)
      if (!one) return false
      one.draining = draining
      if (one.state.health !== 'unhealthy') setHealth(one, true, draining ? 'a person drains it' : 'a person took it back')
      return true
    },
    /** At most once each scrape, and only after a change. @returns how to stop */
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function watched(client: InstanceClient): WatchedInstance {
  return {
    client,
    state: { id: client.id, url: client.url, models: [], health: 'unhealthy', inFlight: 0, external: 0, lastChosen: 0 },
    cards: [], simulated: false, draining: false, failuresInARow: 0, requests: 0,
    reported: { promptTokens: 0, completionTokens: 0, cachedTokens: 0 }, probing: false, scraping: false,
  }
}
