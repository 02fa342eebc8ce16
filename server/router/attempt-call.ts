/**
 * One try of a call at the instance that was chosen for it: sent, handed on, and counted once it has ended.
 * R3 and R4 of create-router.ts are kept here: the lease ends once, and the reader's abort reaches the instance.
 */
import type { CallLoad, CostModel } from '@/domain/route/cost-model'
import type { LimitReceipt } from '@/domain/rate/call-limiter'
import type { Clock } from '../ports/clock'
import { InstanceFailed, type DispatchReply, type DispatchRequest, type InstanceReply } from '../ports/instance-client'
import type { Logger } from '../ports/log-store'
import type { CallQueue, Place } from './call-queue'
import type { FleetWatch, WatchedInstance } from './fleet-watch'
import { EXPLAIN, explained, headersDown, headersUp } from './forwarded-headers'
import { withMembers } from './json-members'
import type { CallLimiting } from './limit-calls'
import { instanceFailed, once, type Refusal } from './refusal'
import { relayedBody, type BodyEnd } from './relayed-body'
import type { RouterMetrics } from './router-metrics'
import { headerOf, type RoutingRequest } from './routing-request'
import { usageInTail, type ReportedUsage } from './usage-in-tail'
import type { WarmUps } from './warm-up'
import type { WorkflowRegistry } from './workflow-registry'

export type Call = { request: DispatchRequest; routing: RoutingRequest; requestId: string; arrivedAt: number; signal: AbortSignal; tried: Set<string>; /** Answered with an error: whose fault it was shows when another answers. */ atFault: [WatchedInstance, string][]; receipt: LimitReceipt }
export type Failure = { refusal: Refusal; fault: string } | { reply: DispatchReply; fault: string }
type Attempt = { ok: true; reply: DispatchReply } | { ok: false; failure: Failure }

type Deps = {
  watch: FleetWatch
  queue: Pick<CallQueue, 'learnTokens'>
  limits: Pick<CallLimiting, 'settle'>
  registry: WorkflowRegistry
  costs: CostModel
  warmUps: Pick<WarmUps, 'yieldTo'>
  metrics: RouterMetrics
  clock: Clock
  log: Logger
  tellPriority: boolean
}

/** @returns how to try a call at the instance that was chosen */
export function createAttempts({ watch, queue, limits, registry, costs, warmUps, metrics, clock, log, tellPriority }: Deps) {
  const startedAt = clock.now()

  async function attemptOn(call: Call, place: Place, attempts: number): Promise<Attempt> {
    const { placement: decision, instance } = place
    metrics.decisions.inc({ vllm_instance: decision.instanceId, policy: decision.policy, reason: decision.reason })
    const { workflow_id: workflow, agent_id: agent } = call.routing.workflow
    if (workflow !== undefined) registry.routed(workflow, agent, instance.state.url)
    warmUps.yieldTo(decision.instanceId)
    const sentAt = clock.now()
    metrics.queueTime.observe((sentAt - call.arrivedAt) / 1_000)
    let relayed = false
    try {
      const reply = await instance.client.send({ method: call.request.method ?? 'POST', path: call.request.path, headers: headersUp(call.request.headers, call.requestId), body: bodyFor(call) }, call.signal)
      const rest = reply.body[Symbol.asyncIterator]()
      const first = await rest.next()
      if (isFault(reply.status)) return await faultyStatus(call, instance, { reply, first, rest })
      const firstAt = clock.now()
      place.begun()
      watch.seen(instance)
      for (const [failed, detail] of call.atFault) watch.failed(failed, 'status', detail)
      metrics.firstByte.observe((clock.now() - call.arrivedAt) / 1_000)
      const early = wholeAnswer(reply, first)
      const isEventStream = headerOf(reply.headers, 'content-type')?.startsWith('text/event-stream') ?? false
      const body = relayedBody({ first, rest, isEventStream, signal: call.signal, onEnd: (end) => finish(call, place, { end, status: reply.status, sentAt, ...(isEventStream && { firstAt }) }) })
      relayed = true
      const route = {
        requestId: call.requestId, instanceId: decision.instanceId, url: instance.state.url, policy: decision.policy, reason: decision.reason,
        simulated: reply.headers['x-heddle-simulated'] !== undefined || instance.simulated,
        attempts, queueMs: sentAt - call.arrivedAt, candidates: decision.candidates,
        ...(early?.cachedTokens === undefined ? {} : { cachedTokens: early.cachedTokens }),
      }
      return { ok: true, reply: { status: reply.status, headers: { ...headersDown(reply.headers, route), ...(call.request.headers[EXPLAIN] !== undefined && explained(route)) }, body, route } }
    } catch (error) {
      call.signal.throwIfAborted()
      const fault = error instanceof InstanceFailed ? error.fault : 'broken'
      const detail = error instanceof Error ? error.message : 'unknown'
      watch.failed(instance, fault, detail)
      log({ level: 'WARNING', component: 'router', category: 'health', message: `Call to ${instance.state.url} failed before its first byte: ${detail}`, data: { instance: instance.state.id, fault, requestId: call.requestId } })
      return { ok: false, failure: { refusal: instanceFailed(fault), fault } }
    } finally {
      if (!relayed) place.ended()
    }
  }

  /** A 5xx is kept to be the answer if no other instance does better. */
  async function faultyStatus(call: Call, instance: WatchedInstance, { reply, first, rest }: { reply: InstanceReply; first: IteratorResult<Uint8Array>; rest: AsyncIterator<Uint8Array> }): Promise<Attempt> {
    const chunks: Uint8Array[] = []
    let bytes = 0
    const cut: IteratorResult<Uint8Array> = { done: true, value: undefined }
    let cancel: (() => void) | undefined
    const late = new Promise<typeof cut>((resolve) => (cancel = clock.wakeAt(clock.now() + MAX_ERROR_MS, () => resolve(cut))))
    for (let next = first; !next.done && bytes < MAX_ERROR_BYTES; next = await Promise.race([rest.next(), late])) {
      chunks.push(next.value)
      bytes += next.value.length
    }
    cancel?.()
    // Not awaited: an instance that never ends its answer would not end this either.
    rest.return?.().catch(() => undefined)
    call.signal.throwIfAborted()
    call.atFault.push([instance, `it answered ${reply.status}`])
    const body = Buffer.concat(chunks)
    const headers = { ...headersDown(reply.headers, { requestId: call.requestId, instanceId: instance.state.id }), 'content-length': String(body.length) }
    return { ok: false, failure: { fault: 'status', reply: { status: reply.status, headers, body: once(body) } } }
  }

  function finish(call: Call, place: Place, { end, status, sentAt, firstAt }: { end: BodyEnd; status: number; sentAt: number; firstAt?: number }): void {
    const usage = end.kind === 'completed' ? usageInTail(end.tail) : undefined
    const { instance } = place
    const load = place.ended(usage?.completionTokens)
    if (end.kind === 'completed') watch.succeeded(instance)
    if (end.kind === 'failed') watch.failed(instance, 'broken', end.detail ?? 'it broke off')
    metrics.duration.observe({ end: end.kind }, (clock.now() - call.arrivedAt) / 1_000)
    if (usage) limits.settle(call.receipt, usage.promptTokens + usage.completionTokens)
    else if (status >= 400) limits.settle(call.receipt, 0)
    if (!usage) return
    queue.learnTokens(call.routing.route.promptBytes, usage.promptTokens)
    if (firstAt !== undefined && load) learn(place.placement, load, usage, firstAt - sentAt, clock.now() - firstAt)
    watch.report(instance, usage)
    const { workflow_id: workflow } = call.routing.workflow
    if (workflow !== undefined) registry.reported(workflow, instance.state.url, usage)
    metrics.tokens.inc({ vllm_instance: instance.state.id, kind: 'prompt' }, usage.promptTokens)
    metrics.tokens.inc({ vllm_instance: instance.state.id, kind: 'completion' }, usage.completionTokens)
    if (usage.cachedTokens !== undefined) metrics.tokens.inc({ vllm_instance: instance.state.id, kind: 'cached' }, usage.cachedTokens)
  }

  /** What came against what was foretold, then the next foretelling is nearer. */
  function learn({ instanceId, candidates }: Place['placement'], load: CallLoad, usage: ReportedUsage, firstTokenMs: number, decodeMs: number): void {
    const expectedMs = candidates.find((one) => one.instanceId === instanceId)?.expectedMs
    metrics.firstToken.observe({ kind: 'actual' }, firstTokenMs / 1_000)
    if (expectedMs !== undefined) {
      metrics.firstToken.observe({ kind: 'expected' }, expectedMs / 1_000)
      metrics.firstTokenError.observe(Math.abs(expectedMs - firstTokenMs) / 1_000)
    }
    // Learnt from what the engine really had to compute, foretold from what the router believes.
    const uncachedTokens = usage.cachedTokens === undefined ? load.uncachedTokens : usage.promptTokens - usage.cachedTokens
    costs.observe(instanceId, { ...load, uncachedTokens }, { firstTokenMs, decodeMs, outputTokens: usage.completionTokens })
  }

  function bodyFor({ routing, arrivedAt }: Call): Buffer {
    if (!tellPriority) return routing.body
    const { workflow_id: workflow, workflow_priority: priority } = routing.workflow
    const since = (workflow === undefined ? undefined : registry.createdAt(workflow)) ?? arrivedAt
    return withMembers(routing.body, { priority: Math.round((since - startedAt) / 1_000 - SECONDS_OF_PRIORITY * (priority - 1)) })
  }

  return attemptOn
}

const MAX_ERROR_BYTES = 64 * 1024
/** For an error's text to come whole. */
const MAX_ERROR_MS = 10_000

/** As domain/route/flow.ts weighs it. */
const SECONDS_OF_PRIORITY = 10

/** 501 is the instance's considered answer; another would say the same. */
function isFault(status: number): boolean {
  return status >= 500 && status !== 501
}

/** An answer that came in one piece is known before its first byte goes out. */
function wholeAnswer(reply: InstanceReply, first: IteratorResult<Uint8Array>): ReportedUsage | undefined {
  if (first.done || headerOf(reply.headers, 'content-length') !== String(first.value.length)) return undefined
  return usageInTail([first.value])
}
