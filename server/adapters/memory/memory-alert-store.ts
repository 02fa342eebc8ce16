import type { Alert, AlertRule, AlertStore, Silence } from '@/server/ports/alert-store'
import { decodeCursor, pageLimit, pageOf } from '@/server/ports/page-cursor'

/** Alert rules and alerts for tests. */
export function createMemoryAlertStore(): AlertStore {
  const rules = new Map<string, AlertRule>()
  const alerts = new Map<string, Alert>()
  const silences = new Map<string, Silence>()
  return {
    rules: async () => [...rules.values()].sort((a, b) => a.createdAt - b.createdAt || order(a.id, b.id)),
    saveRule: async (rule) => void rules.set(rule.id, structuredClone(rule)),
    removeRule: async (id) => rules.delete(id),
    async saveAlerts(given) {
      for (const { acknowledgedAt: _at, acknowledgedBy: _by, ...alert } of given) {
        if (alert.endedAt !== undefined && alert.firedAt === undefined) {
          alerts.delete(alert.id)
          continue
        }
        const old = alerts.get(alert.id)
        alerts.set(alert.id, structuredClone({ ...alert, ...(old?.acknowledgedAt !== undefined && { acknowledgedAt: old.acknowledgedAt, acknowledgedBy: old.acknowledgedBy! }) }))
      }
    },
    openAlerts: async () => [...alerts.values()].filter((alert) => alert.endedAt === undefined).sort((a, b) => order(a.id, b.id)),
    async fired({ cursor, limit: wanted }) {
      const limit = pageLimit(wanted)
      const place = cursor === undefined ? undefined : decodeCursor(cursor)
      const rows = [...alerts.values()]
        .filter(({ firedAt, id }) => firedAt !== undefined && (!place || firedAt < place.at || (firedAt === place.at && id < place.id)))
        .sort((a, b) => b.firedAt! - a.firedAt! || order(b.id, a.id))
      return pageOf(rows.slice(0, limit + 1), limit, (row) => ({ at: row.firedAt!, id: row.id }))
    },
    async acknowledge(id, by, at) {
      const alert = alerts.get(id)
      if (alert?.firedAt === undefined) return undefined
      const acknowledged = alert.acknowledgedAt === undefined ? { ...alert, acknowledgedAt: at, acknowledgedBy: by } : alert
      alerts.set(id, acknowledged)
      return acknowledged
    },
    silences: async () => [...silences.values()].sort((a, b) => b.endsAt - a.endsAt || order(a.id, b.id)),
    saveSilence: async (silence) => void silences.set(silence.id, structuredClone(silence)),
    removeSilence: async (id) => silences.delete(id),
  }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
