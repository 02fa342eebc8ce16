import { AppError, isAppError } from '@/domain/error'
import type { Json } from '@/domain/json'
import type { RunId } from '@/domain/run/run-event'
import type { RunState, RunStatus } from '@/domain/run/run-state'
import type { TraceParent } from '@/domain/run/trace-parent'
import { deliveryKey, type Delivery, type Hook } from '@/domain/trigger/hook'
import { takeToken, type TokenBucket } from '@/domain/rate/token-bucket'
import type { Clock } from '@/server/ports/clock'
import type { HookStore } from '@/server/ports/hook-store'
import type { Ids } from '@/server/ports/ids'
import type { Logger } from '@/server/ports/log-store'
import type { RunFeed } from '@/server/ports/run-feed'
import type { RunLog } from '@/server/ports/run-log'
import { triggerActor } from './actor'
import { awaitRun } from './await-run'
import { isProven, type HookProof } from './hook-secret'
import { unknownHook } from './refusals'
import { KEY_LIFE_MS, type startRun } from './start-run'

export class HookOff extends AppError {
  readonly code = 'HOOK_OFF'
  readonly hint = 'Switch it on again under Triggers of its workflow.'
  constructor() {
    super('This webhook is switched off')
  }
}

export class WrongSecret extends AppError {
  readonly code = 'WRONG_SECRET'
  readonly hint = 'Send the secret as a bearer token, or the HMAC-SHA256 of the body under the signing key as X-Heddle-Signature: sha256=… . A lost secret is replaced under Triggers of the workflow.'
  constructor() {
    super('The call does not prove that it may use this webhook')
  }
}

export class InvalidDeliveryId extends AppError {
  readonly code = 'INVALID_DELIVERY_ID'
  readonly hint = 'Send 1 to 200 visible ASCII characters, or leave the header out.'
  constructor() {
    super('The delivery id cannot be taken')
  }
}

export class TooManyCalls extends AppError {
  readonly code = 'RATE_LIMITED'
  readonly hint = 'Wait as long as Retry-After says, or raise the limit of the webhook.'
  override readonly retryable = true
  constructor(perMinute: number, readonly retryAfterMs: number) {
    super(`This webhook takes ${perMinute} calls a minute`)
  }
}

/** The body, read only once the hook is known, and parsed only once the call is proven. */
export type HookBody = { bytes: Uint8Array; json: () => Json }
export type HookCall = HookProof & { hookId: string; deliveryId: string | null; trace?: TraceParent | undefined; read: (maxBytes: number) => Promise<HookBody>; signal: AbortSignal }
/** `ended`: the run, where it was waited for and ended in time. */
export type HookAnswer = { id: RunId; status: RunStatus; duplicate: boolean; ended: RunState | undefined }

type Deps = {
  hooks: HookStore; runLog: RunLog; feed: RunFeed; clock: Clock; ids: Ids; logger: Logger
  start: ReturnType<typeof startRun>
  /** The HTTP status a refusal is answered with. */
  statusOf: (error: AppError) => number
}

/** Calls that may wait for their runs at once; further ones are answered at once. */
const MAX_WAITING = 200
/** Refusals a minute that are written down for each hook: who calls without the secret must not fill the store. */
const REFUSALS_WRITTEN = 10

/**
 * Takes a call of a webhook: its body becomes the input of a run. The secret is its only authority.
 * A delivery id that comes again names the run of the first, also across a crash: see start-run.ts.
 * @throws {AppError} UNKNOWN_HOOK, HOOK_OFF, BODY_TOO_LARGE, WRONG_SECRET, RATE_LIMITED, NOT_JSON, and what a run is refused for
 */
export function receiveDelivery(deps: Deps) {
  const calls = new Map<string, TokenBucket>()
  const refusals = new Map<string, TokenBucket>()
  let waiting = 0

  const take = (buckets: Map<string, TokenBucket>, hookId: string, perMinute: number): number => {
    const { bucket, waitMs } = takeToken(buckets.get(hookId), perMinute, deps.clock.now())
    buckets.set(hookId, bucket)
    return waitMs
  }

  async function accept(hook: Hook, call: HookCall, body: HookBody): Promise<Omit<HookAnswer, 'ended'>> {
    if (!isProven(hook.secretHash, call, body.bytes)) throw new WrongSecret()
    const waitMs = take(calls, hook.id, hook.perMinute)
    if (waitMs > 0) throw new TooManyCalls(hook.perMinute, waitMs)
    const { deliveryId } = call
    if (deliveryId !== null && !/^[\x21-\x7e]{1,200}$/.test(deliveryId)) throw new InvalidDeliveryId()
    const idempotencyKey = deliveryId === null ? undefined : deliveryKey(hook.id, deliveryId)
    const earlier = idempotencyKey !== undefined && (await deps.runLog.findKey(hook.workflowId, idempotencyKey, deps.clock.now() - KEY_LIFE_MS)) !== undefined
    const run = await deps.start(triggerActor, {
      workflowId: hook.workflowId, input: body.json(), priority: hook.priority, version: hook.version ?? undefined, idempotencyKey,
      origin: { kind: 'webhook', hookId: hook.id, name: hook.name, ...(deliveryId !== null && { delivery: deliveryId }) }, trace: call.trace,
    })
    return { ...run, duplicate: earlier }
  }

  async function wait(hook: Hook, runId: RunId, signal: AbortSignal): Promise<RunState | undefined> {
    if (hook.waitMs === 0 || waiting >= MAX_WAITING) return undefined
    waiting += 1
    try {
      return await awaitRun(deps, runId, deps.clock.now() + hook.waitMs, signal)
    } finally {
      waiting -= 1
    }
  }

  return async (call: HookCall): Promise<HookAnswer> => {
    const hook = await deps.hooks.find(call.hookId)
    if (!hook) throw unknownHook(call.hookId)
    if (!hook.enabled) throw new HookOff()
    const delivery: Delivery = { id: deps.ids.next('dlv'), hookId: hook.id, deliveryId: call.deliveryId?.slice(0, 200) ?? null, receivedAt: deps.clock.now(), bytes: 0, status: 202, code: null, message: null, runId: null }
    try {
      const body = await call.read(hook.maxBytes)
      delivery.bytes = body.bytes.byteLength
      const { id, status, duplicate } = await accept(hook, call, body)
      await deps.hooks.record({ ...delivery, runId: id, code: duplicate ? 'DUPLICATE' : null })
      const ended = await wait(hook, id, call.signal)
      return { id, status: ended?.status ?? status, duplicate, ended }
    } catch (error) {
      if (isAppError(error) && take(refusals, hook.id, REFUSALS_WRITTEN) === 0) {
        deps.logger({ level: 'WARNING', component: 'webhooks', category: error.code === 'WRONG_SECRET' ? 'security' : 'task', message: `Webhook "${hook.name}" refused a call: ${error.message}`, data: { hookId: hook.id, code: error.code } })
        await deps.hooks.record({ ...delivery, status: deps.statusOf(error), code: error.code, message: error.message.slice(0, 500) })
      }
      throw error
    }
  }
}
