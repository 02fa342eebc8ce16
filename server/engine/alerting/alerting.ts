/**
 * Looks at every rule each LOOK_MS.
 * A1. Nothing about alerts is kept between two looks but samples: each reads the store and writes what it found in one
 *     go, so a restart goes on where it was.
 * A2. One look at a time.
 * A3. Off duty it judges and tells nothing: it shows what another process has found.
 */
import { READY_MADE, READY_MADE_IDS, readyMadeRuleId } from '@/domain/alert/alert-rule'
import type { FleetSample, ServerSample } from '@/domain/alert/rule-readings'
import type { FleetView } from '@/domain/route/fleet-view'
import type { Alert, AlertStore, Silence } from '@/server/ports/alert-store'
import { silencedUntil, type AlertWatch, type Notifier, type OpenAlert } from '@/server/ports/alert-watch'
import type { Clock } from '@/server/ports/clock'
import type { Ids } from '@/server/ports/ids'
import type { Logger } from '@/server/ports/log-store'
import type { RunFeed } from '@/server/ports/run-feed'
import type { RunLog } from '@/server/ports/run-log'
import { createDelivery } from './deliver-notices'
import { createLooks, fleetSample } from './fleet-samples'
import { judgeRules } from './judge-rules'
import { createRunSamples } from './run-samples'
import { serverSample, type ServerLook } from './server-samples'

export const LOOK_MS = 10_000

export type AlertingDeps = { store: AlertStore; log: RunLog; feed: RunFeed; fleet: () => FleetView; /** Of this process and its machine: each look begins where the last ended. */ server: () => Promise<ServerLook>; notifier: Notifier; clock: Clock; ids: Ids; logger: Logger; /** Where several processes share the store: whether this one judges. */ onDuty?: () => boolean }

export function createAlerting({ store, log, feed, fleet, server, notifier, clock, ids, logger, onDuty = () => true }: AlertingDeps): AlertWatch & { start(): Promise<void>; stop(): void } {
  const runs = createRunSamples({ log, feed, clock })
  const fleets = createLooks<FleetSample>(clock.now())
  const servers = createLooks<ServerSample>(clock.now())
  const listeners = new Set<() => void>()
  const tell = (): void => listeners.forEach((listener) => listener())
  const delivery = createDelivery({ store, notifier, clock, logger, onSettled: tell })
  let open: readonly OpenAlert[] = []
  let wake: (() => void) | undefined
  let looking: Promise<void> = Promise.resolve()
  let stopped = false

  async function samples(from: number) {
    const { runs: ended, complete } = await runs.since(from)
    return { runs: ended, fleet: fleets.since(from), server: servers.since(from), fleetSince: fleets.start, complete }
  }

  async function lookOnce(): Promise<void> {
    const now = clock.now()
    fleets.add(fleetSample(fleet(), now))
    servers.add(serverSample(await server(), now))
    const [rules, before, silences] = await Promise.all([store.rules(), store.openAlerts(), store.silences()])
    if (!onDuty()) return show(before, silences, now)
    const missing = [...new Set(before.map((alert) => alert.ruleId))].filter((id) => !rules.some((rule) => rule.id === id))
    const removed = (await Promise.all(missing.map((id) => store.findRule(id)))).filter((rule) => rule !== undefined)
    const widest = Math.max(0, ...rules.filter((rule) => rule.enabled).map((rule) => rule.windowMs))
    const found = judgeRules({ rules, removed, open: before, silences, samples: await samples(now - widest), now, nextId: ids.next })
    await store.saveAlerts(found.changed, found.notices)
    logTurns(found.changed)
    show(found.open, silences, now)
    delivery.run()
  }

  function show(alerts: readonly Alert[], silences: readonly Silence[], now: number): void {
    open = alerts.filter((alert) => alert.state.kind !== 'ok').map((alert) => withSilence(alert, silencedUntil(alert, silences, now))).sort((a, b) => b.state.since - a.state.since)
    tell()
  }

  function logTurns(changed: readonly Alert[]): void {
    for (const { state, endedAt, firedAt, seenAt, ruleName, subject, value, severity } of changed) {
      const data = { subject, severity, ...(value !== undefined && { value }) }
      if (firedAt !== undefined && endedAt !== undefined) logger({ level: 'INFO', component: 'alerts', category: 'health', message: `Alert ended: ${ruleName}`, data })
      else if (state.kind === 'firing' && state.since === seenAt) logger({ level: severity === 'critical' ? 'ERROR' : 'WARNING', component: 'alerts', category: 'health', message: `Alert: ${ruleName}`, data })
    }
  }

  /** A look that failed is made up for by the next. */
  function look(): Promise<void> {
    looking = looking.then(async () => {
      if (!stopped) await lookOnce()
    }).catch((error: unknown) => logger({ level: 'ERROR', component: 'alerts', category: 'system', message: `The rules could not be looked at: ${error instanceof Error ? error.message : String(error)}` }))
    return looking
  }

  function again(): void {
    wake = clock.wakeAt(clock.now() + LOOK_MS, () => void look().then(() => {
      if (!stopped) again()
    }))
  }

  return {
    /** Makes the ready-made rules where they never were, and begins to look. */
    async start() {
      const now = clock.now()
      for (const [index, id] of READY_MADE_IDS.entries()) await store.addRule({ ...READY_MADE[id], id: readyMadeRuleId(id), createdAt: now + index, updatedAt: now })
      await look()
      again()
    },
    look,
    open: () => open,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    samples,
    stop() {
      stopped = true
      wake?.()
      runs.stop()
      delivery.stop()
    },
  }
}

function withSilence(alert: Alert, until: number | undefined): OpenAlert {
  return until === undefined ? alert : { ...alert, silencedUntil: until }
}
