import type { Alert, AlertStore, Silence } from '@/server/ports/alert-store'
import { silencedUntil, type AlertWatch, type OpenAlert } from '@/server/ports/alert-watch'
import type { Clock } from '@/server/ports/clock'
import type { Ids } from '@/server/ports/ids'
import type { Page } from '@/server/ports/run-log'
import { authorise, nameOf, type Actor } from './actor'
import { NotFound } from './refusals'

export type HandleAlertsDeps = { alerts: AlertStore; watch: AlertWatch; clock: Clock; ids: Ids }

/** What fires and fired, and what people do about it. */
export function handleAlerts({ alerts, watch, clock, ids }: HandleAlertsDeps) {
  return {
    /** As of the newest look: all that is not well. */
    open(actor: Actor): readonly OpenAlert[] {
      authorise(actor, 'alerts.read')
      return watch.open()
    },
    /** Newest firing first. */
    async fired(actor: Actor, filter: { cursor?: string; limit?: number }): Promise<Page<OpenAlert>> {
      authorise(actor, 'alerts.read')
      const [page, silences] = await Promise.all([alerts.fired(filter), alerts.silences()])
      return { ...page, items: page.items.map((alert) => withSilence(alert, silences, clock.now())) }
    },
    /** @throws {NotFound} */
    async acknowledge(actor: Actor, id: string): Promise<OpenAlert> {
      authorise(actor, 'alerts.write')
      const alert = await alerts.acknowledge(id, nameOf(actor), clock.now())
      if (!alert) throw new NotFound('UNKNOWN_ALERT', `No alert ${id} has fired`, 'See what fires on the alerts page.')
      await watch.look()
      return withSilence(alert, await alerts.silences(), clock.now())
    },
    /** Those of them that fired; what never did, or is gone, is left out. */
    async acknowledgeAll(actor: Actor, given: readonly string[]): Promise<OpenAlert[]> {
      authorise(actor, 'alerts.write')
      const now = clock.now()
      const acknowledged: Alert[] = []
      for (const id of new Set(given)) {
        const alert = await alerts.acknowledge(id, nameOf(actor), now)
        if (alert) acknowledged.push(alert)
      }
      await watch.look()
      const silences = await alerts.silences()
      return acknowledged.map((alert) => withSilence(alert, silences, now))
    },
    async silences(actor: Actor): Promise<Silence[]> {
      authorise(actor, 'alerts.read')
      const now = clock.now()
      return (await alerts.silences()).filter((one) => one.endsAt > now)
    },
    /** Nobody is told of matching alerts for so long. @throws {NotFound} */
    async silence(actor: Actor, { durationMs, ruleId, subject, comment }: { durationMs: number; ruleId?: string | undefined; subject?: string | undefined; comment: string }): Promise<Silence> {
      authorise(actor, 'alerts.write')
      if (ruleId !== undefined && !(await alerts.rules()).some((rule) => rule.id === ruleId)) throw new NotFound('UNKNOWN_RULE', `There is no alert rule ${ruleId}`, 'Leave ruleId out to silence all of them.')
      const now = clock.now()
      const silence: Silence = { id: ids.next('silence'), comment, by: nameOf(actor), startsAt: now, endsAt: now + durationMs, ...(ruleId !== undefined && { ruleId }), ...(subject !== undefined && { subject }) }
      await alerts.saveSilence(silence)
      await watch.look()
      return silence
    },
    /** @throws {NotFound} */
    async unsilence(actor: Actor, id: string): Promise<void> {
      authorise(actor, 'alerts.write')
      if (!(await alerts.removeSilence(id))) throw new NotFound('UNKNOWN_SILENCE', `There is no silence ${id}`, 'It may have ended. See the silences on the alerts page.')
      await watch.look()
    },
  }
}

function withSilence(alert: Alert, silences: readonly Silence[], now: number): OpenAlert {
  const until = alert.endedAt === undefined ? silencedUntil(alert, silences, now) : undefined
  return until === undefined ? alert : { ...alert, silencedUntil: until }
}
