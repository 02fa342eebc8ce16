import type { FleetView } from '@/domain/route/fleet-view'
import type { HealthReport } from '@/server/ports/health'
import type { LogFilter, LogStore } from '@/server/ports/log-store'
import { authorise, type Actor } from './actor'

type Deps = { logs: LogStore; fleet: () => FleetView; health: () => HealthReport }

/** What the server says of itself and of the fleet. */
export function readTelemetry({ logs, fleet, health }: Deps) {
  return {
    async logs(actor: Actor, filter: LogFilter) {
      authorise(actor, 'server.read')
      return logs.list(filter)
    },
    async logSummary(actor: Actor) {
      authorise(actor, 'server.read')
      return logs.summary()
    },
    fleet(actor: Actor): FleetView {
      authorise(actor, 'server.read')
      return fleet()
    },
    /** Open to every probe. */
    health: (): HealthReport => health(),
  }
}
