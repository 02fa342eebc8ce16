import { createHash } from 'node:crypto'
import { NO_KEY, type CallLimits } from '@/domain/rate/call-limits'
import { createCallLimiter, type LimitReceipt, type LimitRefusal } from '@/domain/rate/call-limiter'
import type { LimitView } from '@/domain/route/fleet-view'
import type { Clock } from '../ports/clock'
import type { DispatchRequest } from '../ports/instance-client'
import { rateLimited, type Refusal } from './refusal'
import type { RouterMetrics } from './router-metrics'
import { headerOf } from './routing-request'

/** Buckets shown of models, and of keys: those with the least left. */
const SHOWN = 20

type Asked = { headers: DispatchRequest['headers']; model: string | undefined; /** Of the prompt and the answer, as expected. */ tokens: number }

export type CallLimiting = ReturnType<typeof createCallLimits>

/** What the router takes of a model and from an API key, and what it tells of that. Each router counts the calls that it sees itself. */
export function createCallLimits({ clock, metrics }: { clock: Pick<Clock, 'now'>; metrics: RouterMetrics }) {
  const limiter = createCallLimiter()
  return {
    set: (limits: CallLimits): void => limiter.set(limits),
    admit({ headers, model, tokens }: Asked): { receipt: LimitReceipt } | { refusal: Refusal } {
      const { models, keys } = limiter.limits()
      if (models.length + keys.length === 0) return { receipt: UNLIMITED }
      const admission = limiter.admit({ model, key: keys.length === 0 ? NO_KEY : callerOf(headers), tokens }, clock.now())
      if (admission.ok) return { receipt: admission.receipt }
      const { of, line, kind } = admission.refusal
      metrics.limited.inc({ of, name: line, kind })
      return { refusal: refusalOf(admission.refusal) }
    },
    settle: (receipt: LimitReceipt, usedTokens: number): void => limiter.settle(receipt, usedTokens, clock.now()),
    view: (): LimitView[] => limiter.view(clock.now(), SHOWN),
    /** Before metrics are read. A series is one of those in the settings: what callers name makes none. */
    measure(): void {
      metrics.limitLeft.reset()
      const { models, keys } = limiter.limits()
      const named = new Set([...models.map(({ name }) => `model\n${name}`), ...keys.map(({ name }) => `key\n${name}`)])
      for (const { of, name, requests, tokens } of limiter.view(clock.now(), Infinity)) {
        if (!named.has(`${of}\n${name}`)) continue
        if (requests) metrics.limitLeft.set({ of, name, kind: 'requests' }, requests.left)
        if (tokens) metrics.limitLeft.set({ of, name, kind: 'tokens' }, tokens.left)
      }
    },
  }
}

const UNLIMITED: LimitReceipt = { tokens: 0, buckets: [] }

/** A key is known by its fingerprint only: it stands on pages and in metrics. */
export function callerOf(headers: DispatchRequest['headers']): string {
  const key = /^Bearer\s+(\S+)$/i.exec(headerOf(headers, 'authorization') ?? '')?.[1] ?? headerOf(headers, 'x-api-key') ?? headerOf(headers, 'api-key')
  return key === undefined || key === '' ? NO_KEY : `key-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`
}

function refusalOf({ of, name, kind, perMinute, waitMs }: LimitRefusal): Refusal {
  const whom = of === 'model' ? `The model \`${name}\`` : name === NO_KEY ? 'Calls without an API key' : `The API key ${name}`
  return rateLimited(`${whom} may have ${perMinute} ${kind} a minute here, and they are used up. Limits are set on the settings page.`, Math.ceil(waitMs / 1_000))
}
