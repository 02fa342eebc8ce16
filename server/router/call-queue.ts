/**
 * Where calls wait for their place.
 * Q1. A placement takes its lease in the same turn, so that a burst sees its own decisions.
 * Q2. A caller that leaves leaves the queue; one whose lease has been taken gives it back itself.
 * Q3. The queue is bounded; beyond the bound a call is refused at once. The last tenth of it is for parties that have
 *     less than a tenth waiting: one that fills the queue does not shut out the others.
 * Q4. A call that no usable instance could ever take does not wait.
 */
import type { CallLoad, CostModel } from '@/domain/route/cost-model'
import { partyOf } from '@/domain/route/fair-share'
import type { SchedulerOf } from '@/domain/route/policies'
import { BLOCK_BYTES } from '@/domain/route/prefix-index'
import { createScheduledInstance, maySend, type Fleet, type Placement, type RouteCall, type ScheduledInstance } from '@/domain/route/scheduler'
import type { Clock } from '../ports/clock'
import type { FleetWatch, WatchedInstance } from './fleet-watch'
import type { WaitForecast } from './wait-forecast'

/** Until an instance says: an 8B model beside 80 GB. */
const DEFAULT_KV_TOKENS = 200_000
const DEFAULT_MAX_SEQS = 256
/** Of English, until engines have counted. */
const FIRST_BYTES_PER_TOKEN = 4
const [LEAST_BLOCK_TOKENS, MOST_BLOCK_TOKENS] = [BLOCK_BYTES / 16, BLOCK_BYTES]
/** Weight of the newest prompt. */
const LEARNING = 0.02
/** Time alone may free a place: an idle run is forgotten. */
const LOOK_MS = 1_000
/** Of the queue, kept for parties that have less than that waiting. */
const KEPT_SHARE = 0.1

export type Place = {
  instance: WatchedInstance
  placement: Placement
  /** The first token came. */
  begun(): void
  /**
   * The call has ended, however; once is enough.
   * @param outputTokens what it wrote, where known
   * @returns what it met at the instance
   */
  ended(outputTokens?: number): CallLoad | undefined
}
type Waiting = { call: RouteCall; settle: (answer: Place | 'none') => void }
type Deps = { watch: FleetWatch; schedulerOf: SchedulerOf; clock: Clock; costs: CostModel; maxWaiting: number; /** How long a look took. */ onLook?: (seconds: number) => void; forecast: WaitForecast }

export type CallQueue = ReturnType<typeof createCallQueue>

export function createCallQueue({ watch, schedulerOf, clock, costs, maxWaiting, onLook, forecast }: Deps) {
  const byId = new Map<string, ScheduledInstance>()
  const instances: ScheduledInstance[] = []
  const fleet: Fleet = { instances, prefixes: watch.prefixes, blockTokens: BLOCK_BYTES / FIRST_BYTES_PER_TOKEN, costs }
  const scheduler = schedulerOf(fleet)
  const waiting = new Map<string, Waiting>()
  /** How many of each party wait. */
  const waitingOf = new Map<string, number>()
  let due: (() => void) | undefined
  let pumping = false

  /** What the watch knows by now. */
  function look(): void {
    watch.tick()
    for (const { state } of watch.instances) {
      let instance = byId.get(state.id)
      if (!instance) {
        instance = createScheduledInstance(state.id, { kvTokens: DEFAULT_KV_TOKENS, maxSeqs: DEFAULT_MAX_SEQS })
        byId.set(state.id, instance)
        instances.push(instance)
      }
      instance.usable = state.health === 'healthy' && state.breaker.kind !== 'open'
      instance.trial = state.breaker.kind === 'half-open'
      instance.models = state.models
      instance.kvTokens = state.kvTokens ?? DEFAULT_KV_TOKENS
      instance.external = state.external
      instance.slowness = costs.slownessOf(state.id)
    }
    if (instances.length > watch.instances.length) dropGone()
  }

  function dropGone(): void {
    const here = new Set(watch.instances.map(({ state }) => state.id))
    for (const instance of [...instances]) {
      if (here.has(instance.id)) continue
      instance.usable = false
      instances.splice(instances.indexOf(instance), 1)
      byId.delete(instance.id)
      costs.forget(instance.id)
      forecast.forget(instance.id)
    }
  }

  function count(call: RouteCall, change: 1 | -1): void {
    const party = partyOf(call)
    const size = (waitingOf.get(party) ?? 0) + change
    if (size === 0) waitingOf.delete(party)
    else waitingOf.set(party, size)
  }

  function isFull(party: string): boolean {
    const kept = Math.floor(maxWaiting * KEPT_SHARE)
    return waiting.size >= maxWaiting - ((waitingOf.get(party) ?? 0) >= kept ? kept : 0)
  }

  const couldTake = (call: RouteCall): boolean => instances.some((instance) => maySend(instance, call))

  function settle(callId: string, answer: Place | 'none'): void {
    const one = waiting.get(callId)
    waiting.delete(callId)
    if (one) count(one.call, -1)
    if (answer === 'none') forecast.left(callId)
    else forecast.placed(callId)
    one?.settle(answer)
  }

  function pump(): void {
    if (pumping) return
    pumping = true
    look()
    const began = performance.now()
    for (let placed = scheduler.place(clock.now()); placed.length > 0; placed = scheduler.place(clock.now())) {
      for (const placement of placed) take(placement)
    }
    onLook?.((performance.now() - began) / 1_000)
    for (const { call } of [...waiting.values()]) {
      if (couldTake(call)) continue
      scheduler.leave(call.id, clock.now())
      settle(call.id, 'none')
    }
    pumping = false
    due?.()
    due = waiting.size === 0 ? undefined : clock.wakeAt(clock.now() + LOOK_MS, pump)
  }

  function take(placement: Placement): void {
    const one = waiting.get(placement.call.id)
    const lease = one && watch.acquire(placement.instanceId, one.call.runKey)
    if (!one || !lease) return void scheduler.finish(placement.call.id, 0, clock.now())
    settle(placement.call.id, {
      placement, instance: lease.instance,
      begun: () => scheduler.begun(placement.call.id),
      ended: (outputTokens = 0) => {
        if (!lease.release()) return undefined
        const load = scheduler.finish(placement.call.id, outputTokens, clock.now())
        forecast.ended(placement.instanceId)
        pump()
        return load
      },
    })
  }

  watch.subscribe(() => waiting.size > 0 && pump())

  return {
    name: scheduler.name,
    waiting: (): number => waiting.size,
    /** Tokens that so many bytes of a prompt are taken for. */
    tokensOf: (bytes: number): number => Math.ceil((bytes / BLOCK_BYTES) * fleet.blockTokens),
    /** An engine has counted a prompt: the next estimate is nearer. */
    learnTokens(bytes: number, tokens: number): void {
      if (bytes < BLOCK_BYTES || tokens === 0) return
      const seen = Math.min(MOST_BLOCK_TOKENS, Math.max(LEAST_BLOCK_TOKENS, (tokens / bytes) * BLOCK_BYTES))
      fleet.blockTokens += LEARNING * (seen - fleet.blockTokens)
    },
    /**
     * Waits for a place. Rejects only with the signal's reason.
     * @returns `full` beyond the bound (Q3), `none` when no usable instance could take it (Q4)
     */
    place(call: RouteCall, signal: AbortSignal): Promise<Place | 'full' | 'none'> {
      // An abort that came before tells no listener.
      if (signal.aborted) return Promise.reject(signal.reason as Error)
      look()
      if (!couldTake(call)) return Promise.resolve('none')
      if (isFull(partyOf(call))) return Promise.resolve('full')
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          if (!waiting.delete(call.id)) return
          count(call, -1)
          scheduler.leave(call.id, clock.now())
          forecast.left(call.id)
          reject(signal.reason as Error)
        }
        signal.addEventListener('abort', leave, { once: true })
        count(call, 1)
        waiting.set(call.id, {
          call,
          settle: (answer) => {
            signal.removeEventListener('abort', leave)
            resolve(answer)
          },
        })
        scheduler.arrive(call)
        pump()
        if (waiting.has(call.id)) forecast.waits(call, instances.filter((one) => maySend(one, call)).map(({ id }) => id))
      })
    },
    stop: (): void => due?.(),
  }
}
