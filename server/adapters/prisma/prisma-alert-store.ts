import 'server-only'
import { RuleDraft } from '@/domain/alert/alert-rule'
import type { AlertState } from '@/domain/alert/next-alert'
import type { Alert, AlertRule, AlertStore, Silence } from '@/server/ports/alert-store'
import { decodeCursor, pageLimit, pageOf } from '@/server/ports/page-cursor'
import type { Alert as AlertRow, AlertRule as RuleRow, Silence as SilenceRow } from './generated/client'
import type { StoreDatabase } from './store-database'

/** Rules, alerts and silences. An acknowledgement is written by people alone, so a look of the engine cannot undo it. */
export function createPrismaAlertStore({ read, write, queue }: StoreDatabase): AlertStore {
  return {
    rules: async () => (await read.alertRule.findMany({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })).map(ruleOf),
    async saveRule({ id, createdAt, updatedAt, ...draft }) {
      const data = { rule: JSON.stringify(draft), createdAt, updatedAt }
      await queue(() => write.alertRule.upsert({ where: { id }, create: { id, ...data }, update: data }))
    },
    removeRule: async (id) => (await queue(() => write.alertRule.deleteMany({ where: { id } }))).count > 0,

    async saveAlerts(alerts) {
      if (alerts.length === 0) return
      await queue(() => write.$transaction(async (tx) => {
        for (const alert of alerts) {
          const { id, ...data } = rowOf(alert)
          if (data.endedAt !== null && data.firedAt === null) await tx.alert.deleteMany({ where: { id } })
          else await tx.alert.upsert({ where: { id }, create: { id, ...data }, update: data })
        }
      }))
    },
    openAlerts: async () => (await read.alert.findMany({ where: { endedAt: null }, orderBy: { id: 'asc' } })).map(alertOf),
    async fired({ cursor, limit: wanted }) {
      const limit = pageLimit(wanted)
      const place = cursor === undefined ? undefined : decodeCursor(cursor)
      const rows = await read.alert.findMany({
        where: { firedAt: { not: null }, ...(place && { OR: [{ firedAt: { lt: place.at } }, { firedAt: place.at, id: { lt: place.id } }] }) },
        orderBy: [{ firedAt: 'desc' }, { id: 'desc' }], take: limit + 1,
      })
      return pageOf(rows.map(alertOf), limit, (row) => ({ at: row.firedAt!, id: row.id }))
    },
    async acknowledge(id, by, at) {
      await queue(() => write.alert.updateMany({ where: { id, firedAt: { not: null }, acknowledgedAt: null }, data: { acknowledgedAt: at, acknowledgedBy: by } }))
      const row = await read.alert.findFirst({ where: { id, firedAt: { not: null } } })
      return row ? alertOf(row) : undefined
    },

    silences: async () => (await read.silence.findMany({ orderBy: [{ endsAt: 'desc' }, { id: 'asc' }] })).map(silenceOf),
    async saveSilence({ id, ruleId, subject, ...rest }) {
      const data = { ...rest, ruleId: ruleId ?? null, subject: subject ?? null }
      await queue(() => write.silence.upsert({ where: { id }, create: { id, ...data }, update: data }))
    },
    removeSilence: async (id) => (await queue(() => write.silence.deleteMany({ where: { id } }))).count > 0,
  }
}

function ruleOf({ rule, ...row }: RuleRow): AlertRule {
  return { ...RuleDraft.parse(JSON.parse(rule)), ...row }
}

function rowOf({ state, value, firedAt, endedAt, acknowledgedAt: _at, acknowledgedBy: _by, ...alert }: Alert) {
  return { ...alert, state: JSON.stringify(state), value: value ?? null, firedAt: firedAt ?? null, endedAt: endedAt ?? null }
}

function alertOf({ state, severity, ...row }: AlertRow): Alert {
  return { ...known(row), severity: severity as Alert['severity'], state: JSON.parse(state) as AlertState }
}

function silenceOf(row: SilenceRow): Silence {
  return known(row)
}

type Known<T> = { [K in keyof T as null extends T[K] ? never : K]: T[K] } & { [K in keyof T as null extends T[K] ? K : never]?: NonNullable<T[K]> }

/** Columns that are null are absent outside. */
function known<T extends object>(row: T): Known<T> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as Known<T>
}
