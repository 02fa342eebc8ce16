import type { AlertStore } from '@/server/ports/alert-store'
import type { AlertWatch, Notifier } from '@/server/ports/alert-watch'
import { createMemoryAlertStore } from './memory-alert-store'

/** Alerts for tests of other things: rules are kept, nobody looks at them, nobody is told. */
export function createQuietAlerts(): { alerts: AlertStore; watch: AlertWatch; notifier: Notifier } {
  return {
    alerts: createMemoryAlertStore(),
    watch: { look: () => Promise.resolve(), open: () => [], subscribe: () => () => undefined, samples: () => Promise.resolve({ runs: [], fleet: [], server: [], fleetSince: 0, complete: true }) },
    notifier: { send: () => Promise.resolve() },
  }
}
