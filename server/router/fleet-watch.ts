/**
 * What the router knows of its instances, kept fresh by probes and scrapes.
 * W1. `inFlight` goes up in `acquire` and down once in the lease's `release`, whatever ends the call.
 * W2. A decision counts at once: `acquire` runs in the same turn as the choice, before anything is awaited.
 * W3. One probe and one scrape an instance at a time; a hanging instance delays no other.
 * W4. An instance that was gone or restarted has lost its cache: index and homes forget it.
 * W5. One that leaves the fleet ends the calls it has; its connections close with the last of them.
 */
import { afterFailure, afterSuccess, atTime, closedBreaker } from '@/domain/route/breaker'
import type { InstanceState } from '@/domain/route/instance-state'
import { createPrefixIndex, forgetInstance, type PrefixIndex } from '@/domain/route/prefix-index'
import type { Clock } from '../ports/clock'
import { InstanceFailed, type InstanceClient, type InstanceFault, type InstanceMetrics, type ModelCard } from '../ports/instance-client'
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
  /** It has left the fleet. */
  gone: boolean
  scraped?: InstanceMetrics
  lastSeenAt?: number
  requests: number
  reported: Required<ReportedUsage>
  probing: boolean
  scraping: boolean
}
export type Lease = { readonly instance: WatchedInstance; /** @returns false when it was released before */ release(): boolean }
export type FleetWatch = ReturnType<typeof createFleetWatch>

type Deps = { prefixes?: PrefixIndex; clients: readonly InstanceClient[]; clock: Clock; log: Logger; probeMs?: number; scrapeMs?: number; /** Told of those that join and leave. */ onJoin?: (client: InstanceClient) => void; onLeave?: (instanceId: string) => void; /** One has lost its cache (W4). */ onForget?: (client: InstanceClient) => void }

export function createFleetWatch({ prefixes = createPrefixIndex(), clients, clock, log, probeMs = 2_000, scrapeMs = 1_000, onJoin, onLeave, onForget }: Deps) {
  const homes = createFleetHomes({ now: () => clock.now() })
  const instances = clients.map(watched)
  const byId = new Map(instances.map((one) => [one.state.id, one]))
  const listeners = new Set<() => void>()
  const timers = new Set<() => void>()
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
    if (one.gone) return
    log({ level: next === 'unhealthy' ? 'WARNING' : 'INFO', component: 'router', category: 'health', message: `Instance ${one.state.url} is ${next}: ${why}`, data: { instance: one.state.id, before, after: next } })
  }

  function setBreaker(one: WatchedInstance, next: InstanceState['breaker'], why: string): void {
    const before = one.state.breaker
    if (next === before) return
    one.state.breaker = next
    if (next.kind === before.kind) return
    changed = true
    log({ level: next.kind === 'open' ? 'WARNING' : 'INFO', component: 'router', category: 'health', message: `Circuit breaker of ${one.state.url} is ${next.kind}: ${why}`, data: { instance: one.state.id, before: before.kind, after: next.kind } })
  }

  function forget(one: WatchedInstance): void {
    forgetInstance(prefixes, one.state.id)
    homes.forgetInstance(one.state.id)
    onForget?.(one.client)
    delete one.scraped
  }

  async function probe(one: WatchedInstance): Promise<void> {
    if (one.probing) return
    one.probing = true
    try {
      const trouble = await one.client.health()
      if (one.gone) return
      if (trouble === undefined) {
        // Models first: an instance whose models nobody knows gets no request anyway.
        const { cards, simulated, version } = await one.client.models()
        one.cards = cards
        one.simulated = simulated
        if (version !== undefined) one.version = version
        one.state.models = cards.map((card) => card.id)
        one.lastSeenAt = clock.now()
      }
      setHealth(one, trouble === undefined, trouble ?? 'it answers')
    } catch (error) {
      setHealth(one, false, error instanceof InstanceFailed ? error.detail : error instanceof Error ? error.message : 'its probe failed')
    } finally {
      one.probing = false
    }
  }

  async function scrape(one: WatchedInstance): Promise<void> {
    if (one.scraping || one.state.health === 'unhealthy') return
    one.scraping = true
    try {
      const ownBefore = one.state.inFlight
      const figures = await one.client.metrics()
      if (applyScrape(one.state, one.scraped, figures, ownBefore) === 'restarted') forget(one)
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
    prefixes,
    instances,
    homes,
    ready,
    /** Takes an instance into the fleet; it gets calls once a probe has found it. */
    async add(client: InstanceClient): Promise<void> {
      const one = watched(client)
      instances.push(one)
      byId.set(client.id, one)
      onJoin?.(client)
      changed = true
      await probe(one)
      tell()
      if (running) await scrape(one)
    },
    remove(instanceId: string): void {
      const one = byId.get(instanceId)
      if (!one) return
      one.gone = true
      onLeave?.(instanceId)
      byId.delete(instanceId)
      instances.splice(instances.indexOf(one), 1)
      setHealth(one, false, 'it left the fleet')
      // Somebody's wish, no fault: it is not to be read as one at night.
      log({ level: 'INFO', component: 'router', category: 'health', message: `Instance ${one.state.url} left the fleet; ${one.state.inFlight} call(s) of it go on to their end`, data: { instance: instanceId, inFlight: one.state.inFlight } })
      tell()
      if (one.state.inFlight === 0) void one.client.close()
    },
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
      instance.requests++
      changed = true
      if (homeKey !== undefined) homes.set(homeKey, instanceId)
      let held = true
      return {
        instance,
        release(): boolean {
          if (!held) return false
          held = false
          instance.state.inFlight--
          changed = true
          if (instance.gone && instance.state.inFlight === 0) void instance.client.close()
          return true
        },
      }
    },
    /** It answers; whether the answer comes whole is not known yet. */
    seen(one: WatchedInstance): void {
      one.lastSeenAt = clock.now()
    },
    succeeded(one: WatchedInstance): void {
      setBreaker(one, afterSuccess(one.state.breaker), 'a call was answered')
    },
    failed(one: WatchedInstance, fault: InstanceFault | 'status', detail: string): void {
      if (fault === 'connect') setHealth(one, false, detail)
      setBreaker(one, afterFailure(one.state.breaker, clock.now()), detail)
    },
    /** Lets instances whose pause is over be tried again. */
    tick(): void {
      for (const one of instances) setBreaker(one, atTime(one.state.breaker, clock.now()), 'its pause is over')
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
    state: { id: client.id, url: client.url, models: [], health: 'unhealthy', breaker: closedBreaker, inFlight: 0, external: 0 },
    cards: [], simulated: false, draining: false, gone: false, requests: 0,
    reported: { promptTokens: 0, completionTokens: 0, cachedTokens: 0 }, probing: false, scraping: false,
  }
}
