import type { AlertBody } from '@/wire/alerts'

const ORDER: Record<AlertBody['status'], number> = { firing: 0, recovering: 1, pending: 2, 'no-data': 3, ok: 4, resolved: 4 }
const WEIGHT: Record<AlertBody['severity'], number> = { critical: 0, warning: 1, info: 2 }

/** What needs a person first; of equals the newest first. A rule of which many things are wrong is one group, where its worst stands. */
export function groupAlerts(open: readonly AlertBody[]): AlertBody[][] {
  const sorted = open.toSorted((a, b) => ORDER[a.status] - ORDER[b.status] || WEIGHT[a.severity] - WEIGHT[b.severity] || (a.id < b.id ? 1 : -1))
  const groups = new Map<string, AlertBody[]>()
  for (const alert of sorted) groups.set(alert.ruleId, [...(groups.get(alert.ruleId) ?? []), alert])
  return [...groups.values()]
}

/** Nobody has said yet that they have seen it. */
export const isUnseen = ({ firedAt, acknowledgedAt }: AlertBody): boolean => firedAt !== null && acknowledgedAt === null
