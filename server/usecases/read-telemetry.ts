import type { FleetView } from '@/domain/route/fleet-view'
import type { HealthReport } from '@/server/ports/health'
import type { LogFilter, LogLine, LogPlace, LogStore } from '@/server/ports/log-store'
import { authorise, type Actor } from './actor'

type Deps = { logs: LogStore; fleet: () => FleetView; health: () => HealthReport }

/** Lines of an export that are read at once. */
const EXPORT_PAGE = 1_000
const HISTORY_PAGE = 50

/** What the server says of itself and of the fleet. */
export function readTelemetry({ logs, fleet, health }: Deps) {
  return {
    async logs(actor: Actor, filter: LogFilter & LogPlace) {
      authorise(actor, 'server.read')
      return logs.list(filter)
    },
    /** Every line that fits, oldest first, in pages as they are taken. */
    exportLogs(actor: Actor, filter: LogFilter): AsyncGenerator<LogLine[]> {
      authorise(actor, 'server.read')
      return everyLine(logs, filter)
    },
    async logSummary(actor: Actor) {
      authorise(actor, 'server.read')
      return logs.summary()
    },
    fleet(actor: Actor): FleetView {
      authorise(actor, 'server.read')
      return fleet()
    },
    /** What changed and what was tried, newest first. @param before the place to go on before */
    async healthHistory(actor: Actor, { before, limit = HISTORY_PAGE }: { before?: number | undefined; limit?: number | undefined }) {
      authorise(actor, 'server.read')
      const page = await logs.list({ component: 'health', category: 'health', limit, ...(before !== undefined && { before }) })
      return { items: page.items.toReversed(), nextCursor: page.nextCursor }
    },
    /** Open to every probe. */
    health: (): HealthReport => health(),
  }
}

async function* everyLine(logs: LogStore, filter: LogFilter): AsyncGenerator<LogLine[]> {
  for (let after = 0; ; ) {
    const { items, nextCursor } = await logs.list({ ...filter, after, limit: EXPORT_PAGE })
    if (items.length > 0) yield items
    if (nextCursor === null) return
    after = Number(nextCursor)
  }
}
