import type { Alert, AlertRule, AlertStore, Delivery, Notice, Silence } from '@/server/ports/alert-store'
import { decodeCursor, pageLimit, pageOf } from '@/server/ports/page-cursor'

/** Alert rules and alerts for tests. */
export function createMemoryAlertStore(): AlertStore {
  const rules = new Map<string, AlertRule>()
  const removed = new Set<string>()
  const notices = new Map<string, Notice>()
  const deliveries = new Map<string, Delivery>()
  const alerts = new Map<string, Alert>()
  const silences = new Map<string, Silence>()
  return {
    rules: async () => [...rules.values()].filter((rule) => !removed.has(rule.id)).sort((a, b) => a.createdAt - b.createdAt || order(a.id, b.id)),
    findRule: async (id) => rules.get(id),
    async addRule(rule) {
      if (rules.has(rule.id)) return false
      rules.set(rule.id, structuredClone(rule))
      return true
    },
    async changeRule(rule) {
      if (!rules.has(rule.id) || removed.has(rule.id)) return false
      rules.set(rule.id, structuredClone(rule))
      return true
    },
    async removeRule(id) {
      if (!rules.has(id) || removed.has(id)) return false
      removed.add(id)
      return true
    },
    async saveAlerts(given, more = []) {
      for (const notice of more) notices.set(notice.id, structuredClone(notice))
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
    notices: async () => [...notices.values()].sort((a, b) => a.dueAt - b.dueAt || order(a.id, b.id)),
    async settleNotice(notice, delivery, dueAt) {
      deliveries.set(JSON.stringify([delivery.ruleId, delivery.url]), structuredClone(delivery))
      if (dueAt === undefined) notices.delete(notice.id)
      else notices.set(notice.id, { ...notice, attempts: delivery.attempts, dueAt })
    },
    deliveries: async () => [...deliveries.values()].sort((a, b) => order(a.ruleId, b.ruleId) || order(a.url, b.url)),
  }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
