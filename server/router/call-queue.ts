/**
 * Where calls wait for their place.
 * Q1. A placement takes its lease in the same turn, so that a burst sees its own decisions.
 * Q2. A caller that leaves leaves the queue; one whose lease has been taken gives it back itself.
 * Q3. The queue is bounded; beyond the bound a call is refused at once.
 * Q4. A call that no usable instance could ever take does not wait.
 */
import { chooseInstance, type RoutePolicy } from '@/domain/route/choose-instance'
import type { FleetState } from '@/domain/route/fleet-state'
import { recordPrefix } from '@/domain/route/prefix-index'
import { createScheduledInstance, maySend, type Fleet, type Placement, type RouteCall, type Scheduler } from '@/domain/route/scheduler'
import type { Clock } from '../ports/clock'
import type { FleetWatch, Lease } from './fleet-watch'

/** Tokens that a block of the prompt index stands for: 256 bytes of English. */
const BLOCK_TOKENS = 64
/** Until an instance says: an 8B model beside 80 GB. */
const DEFAULT_KV_TOKENS = 200_000
const DEFAULT_MAX_SEQS = 256
/** Time alone may free a place: an idle run is forgotten. */
const LOOK_MS = 1_000

export type SchedulerOf = (fleet: Fleet, state: FleetState) => Scheduler
export type Place = { lease: Lease; placement: Placement }
type Waiting = { call: RouteCall; homeKey: string | undefined; settle: (answer: Place | 'none') => void }

/** The longest prefix unless its holder is too busy, else the least loaded; nothing waits. */
export const immediately = (policy: RoutePolicy = chooseInstance): SchedulerOf => (fleet, state) => {
  let waiting: RouteCall[] = []
  return {
    name: 'prefix-or-least-loaded',
    arrive: (call) => void waiting.push(call),
    leave: (callId) => void (waiting = waiting.filter((call) => call.id !== callId)),
    place() {
      // One at a time: the next decision has to see the lease of this one.
      for (let call = waiting.shift(); call; call = waiting.shift()) {
        const decision = policy(state, { blocks: call.blocks, ...(call.model !== undefined && { model: call.model }), ...(call.runKey !== undefined && { homeKey: call.runKey }) }, { ...(call.tried && { tried: call.tried }) })
        if (!decision) continue
        if (call.blocks.length > 0) recordPrefix(fleet.prefixes, decision.instanceId, call.blocks)
        return [{ call, instanceId: decision.instanceId, reason: decision.reason, candidates: decision.candidates.map(({ instanceId, cachedBlocks, load }) => ({ instanceId, cachedTokens: cachedBlocks * fleet.blockTokens, load })) }]
      }
      return []
    },
    finish: () => undefined,
    waiting: () => waiting.length,
  }
}

export function createCallQueue({ watch, schedulerOf, clock, maxWaiting }: { watch: FleetWatch; schedulerOf: SchedulerOf; clock: Clock; maxWaiting: number }) {
  const instances = watch.instances.map(({ state }) => createScheduledInstance(state.id, { kvTokens: DEFAULT_KV_TOKENS, maxSeqs: DEFAULT_MAX_SEQS }))
  const scheduler = schedulerOf({ instances, prefixes: watch.fleet.prefixes, blockTokens: BLOCK_TOKENS }, watch.fleet)
  const waiting = new Map<string, Waiting>()
  let due: (() => void) | undefined
  let pumping = false

  function look(): void {
    watch.instances.forEach(({ state }, index) => {
      const instance = instances[index]!
      instance.usable = state.health === 'healthy'
      instance.models = state.models
      instance.kvTokens = state.kvTokens ?? DEFAULT_KV_TOKENS
    })
  }

  const couldTake = (call: RouteCall): boolean => instances.some((instance) => maySend(instance, call))

  function settle(callId: string, answer: Place | 'none'): void {
    const one = waiting.get(callId)
    waiting.delete(callId)
    one?.settle(answer)
  }

  function pump(): void {
    if (pumping) return
    pumping = true
    look()
    for (let placed = scheduler.place(clock.now()); placed.length > 0; placed = scheduler.place(clock.now())) {
      for (const placement of placed) take(placement)
    }
    for (const { call } of [...waiting.values()]) {
      if (couldTake(call)) continue
      scheduler.leave(call.id)
      settle(call.id, 'none')
    }
    pumping = false
    due?.()
    due = waiting.size === 0 ? undefined : clock.wakeAt(clock.now() + LOOK_MS, pump)
  }

  function take(placement: Placement): void {
    const one = waiting.get(placement.call.id)
    const lease = one && watch.acquire(placement.instanceId, one.homeKey)
    if (!one || !lease) return scheduler.finish(placement.call.id, 0, clock.now())
    const released = (outputTokens = 0): void => {
      lease.release()
      scheduler.finish(placement.call.id, outputTokens, clock.now())
      pump()
    }
    settle(placement.call.id, { placement, lease: { instance: lease.instance, release: once(released) } })
  }

  watch.subscribe(() => waiting.size > 0 && pump())

  return {
    name: scheduler.name,
    waiting: (): number => waiting.size,
    /**
     * Waits for a place. Rejects only with the signal's reason.
     * @returns `full` beyond the bound (Q3), `none` when no usable instance could take it (Q4)
     */
    place(call: RouteCall, homeKey: string | undefined, signal: AbortSignal): Promise<Place | 'full' | 'none'> {
      look()
      if (!couldTake(call)) return Promise.resolve('none')
      if (waiting.size >= maxWaiting) return Promise.resolve('full')
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          if (!waiting.delete(call.id)) return
          scheduler.leave(call.id)
          reject(signal.reason as Error)
        }
        signal.addEventListener('abort', leave, { once: true })
        waiting.set(call.id, {
          call, homeKey,
          settle: (answer) => {
            signal.removeEventListener('abort', leave)
            resolve(answer)
          },
        })
        scheduler.arrive(call)
        pump()
      })
    },
    stop: (): void => due?.(),
  }
}

function once(run: (outputTokens?: number) => void): (outputTokens?: number) => void {
  let done = false
  return (outputTokens) => {
    if (done) return
    done = true
    run(outputTokens)
  }
}
