import 'server-only'
import { AlertCase } from '@/domain/alert/alert-case'
import { NoticeBody } from '@/domain/alert/alert-notice'
import { DeliveryTarget, RuleDraft } from '@/domain/alert/alert-rule'
import type { AlertState } from '@/domain/alert/next-alert'
import type { Clock } from '@/server/ports/clock'
import type { Alert, AlertRule, AlertStore, Delivery, Notice, Silence } from '@/server/ports/alert-store'
import { decodeCursor, pageLimit, pageOf } from '@/server/ports/page-cursor'
import type { Alert as AlertRow, AlertDelivery, AlertNotice, AlertRule as RuleRow, Silence as SilenceRow } from './generated/client'
import type { StoreDatabase } from './store-database'
import { isUniqueViolation } from './unique-violation'

/** Rules, alerts and silences. An acknowledgement is written by people alone, so a look of the engine cannot undo it. */
export function createPrismaAlertStore({ database: { read, write, queue }, clock }: { database: StoreDatabase; clock: Pick<Clock, 'now'> }): AlertStore {
  return {
    rules: async () => (await read.alertRule.findMany({ where: { removedAt: null }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })).map(ruleOf),
    async findRule(id) {
      const row = await read.alertRule.findUnique({ where: { id } })
      return row ? ruleOf(row) : undefined
    },
    async addRule({ id, createdAt, updatedAt, ...draft }) {
      try {
        await queue(() => write.alertRule.create({ data: { id, rule: JSON.stringify(draft), createdAt, updatedAt } }))
        return true
      } catch (error) {
        if (isUniqueViolation(error)) return false
        throw error
      }
    },
    changeRule: async ({ id, createdAt, updatedAt, ...draft }) => (await queue(() => write.alertRule.updateMany({ where: { id, removedAt: null }, data: { rule: JSON.stringify(draft), createdAt, updatedAt } }))).count > 0,
    removeRule: async (id) => (await queue(() => write.alertRule.updateMany({ where: { id, removedAt: null }, data: { removedAt: clock.now() } }))).count > 0,

    async saveAlerts(alerts, notices = []) {
      if (alerts.length + notices.length === 0) return
      await queue(() => write.$transaction(async (tx) => {
        for (const { target, body, ...rest } of notices) await tx.alertNotice.create({ data: { ...rest, target: JSON.stringify(target), body: JSON.stringify(body) } })
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

    notices: async () => (await read.alertNotice.findMany({ orderBy: [{ dueAt: 'asc' }, { id: 'asc' }] })).map(noticeOf),
    async settleNotice({ id }, { ruleId, url, ...rest }, dueAt) {
      const data = { ...rest, error: rest.error ?? null }
      const notice = dueAt === undefined ? write.alertNotice.deleteMany({ where: { id } }) : write.alertNotice.updateMany({ where: { id }, data: { attempts: rest.attempts, dueAt } })
      await queue(() => write.$transaction([notice, write.alertDelivery.upsert({ where: { ruleId_url: { ruleId, url } }, create: { ruleId, url, ...data }, update: data })]))
    },
    deliveries: async () => (await read.alertDelivery.findMany({ orderBy: [{ ruleId: 'asc' }, { url: 'asc' }] })).map(deliveryOf),
  }
}

function ruleOf({ rule, removedAt: _at, ...row }: RuleRow): AlertRule {
  return { ...RuleDraft.parse(JSON.parse(rule)), ...row }
}

function rowOf({ state, value, firedAt, endedAt, notifiedAt, example, acknowledgedAt: _at, acknowledgedBy: _by, ...alert }: Alert) {
  return { ...alert, state: JSON.stringify(state), value: value ?? null, firedAt: firedAt ?? null, endedAt: endedAt ?? null, notifiedAt: notifiedAt ?? null, example: example ? JSON.stringify(example) : null }
}

function alertOf({ state, severity, metric, example, ...row }: AlertRow): Alert {
  return { ...known(row), ...(example !== null && { example: AlertCase.parse(JSON.parse(example)) }), metric: metric as Alert['metric'], severity: severity as Alert['severity'], state: JSON.parse(state) as AlertState }
}

function silenceOf(row: SilenceRow): Silence {
  return known(row)
}

function noticeOf({ target, body, ...row }: AlertNotice): Notice {
  return { ...row, target: DeliveryTarget.parse(JSON.parse(target)), body: NoticeBody.parse(JSON.parse(body)) }
}

function deliveryOf(row: AlertDelivery): Delivery {
  return known(row)
}

type Known<T> = { [K in keyof T as null extends T[K] ? never : K]: T[K] } & { [K in keyof T as null extends T[K] ? K : never]?: NonNullable<T[K]> }

/** Columns that are null are absent outside. */
function known<T extends object>(row: T): Known<T> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as Known<T>
}
