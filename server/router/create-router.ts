/**
 * The hot path: parse once, choose, send, hand the bytes on.
 * R1. Before the first byte of an answer a failed attempt goes to another instance; after it, never.
 * R2. Choice and count happen in one turn, so that a burst sees its own decisions.
 * R3. Every lease ends exactly once: by a failed attempt, or by the end of the body.
 * R4. The reader's abort reaches the instance.
 */
import { chooseInstance, type RouteDecision, type RoutePolicy } from '@/domain/route/choose-instance'
import type { FleetView } from '@/domain/route/fleet-view'
import type { Clock } from '../ports/clock'
import type { Ids } from '../ports/ids'
import { InstanceFailed, type Dispatch, type DispatchReply, type DispatchRequest, type InstanceClient, type InstanceReply } from '../ports/instance-client'
import type { Logger } from '../ports/log-store'
import { createFleetWatch, type Lease } from './fleet-watch'
import { fleetView } from './fleet-report'
import { headersDown, headersUp } from './forwarded-headers'
import { bodyTooLarge, instanceFailed, noInstance, notFound, once, refusalReply, unknownModel, type Refusal } from './refusal'
import { relayedBody, type BodyEnd } from './relayed-body'
import { createRouterMetrics } from './router-metrics'
import { headerOf, readRoutingRequest, type RoutingRequest } from './routing-request'
import { usageInTail, type ReportedUsage } from './usage-in-tail'

export const ROUTED_PATHS: ReadonlySet<string> = new Set(['/v1/chat/completions', '/v1/completions', '/v1/embeddings', '/v1/responses', '/tokenize', '/detokenize'])

export type RouterDeps = {
  clients: readonly InstanceClient[]
  clock: Clock
  ids: Ids
  log: Logger
  policy?: RoutePolicy
  settings?: Partial<RouterSettings>
}
export type RouterSettings = { probeMs: number; scrapeMs: number; maxAttempts: number; maxBodyBytes: number }
const DEFAULTS: RouterSettings = { probeMs: 2_000, scrapeMs: 1_000, maxAttempts: 3, maxBodyBytes: 16 * 1024 * 1024 }

export type Router = ReturnType<typeof createRouter>

type Call = { request: DispatchRequest; routing: RoutingRequest; requestId: string; arrivedAt: number; signal: AbortSignal; tried: Set<string> }
type Failure = { refusal: Refusal; fault: string } | { reply: DispatchReply; fault: string }
type Attempt = { ok: true; reply: DispatchReply } | { ok: false; failure: Failure }

export function createRouter({ clients, clock, ids, log, policy = chooseInstance, settings }: RouterDeps) {
  const { probeMs, scrapeMs, maxAttempts, maxBodyBytes } = { ...DEFAULTS, ...settings }
  const watch = createFleetWatch({ clients, clock, log, probeMs, scrapeMs })
  const metrics = createRouterMetrics()
  let policyName = 'prefix-or-least-loaded'

  function refuse(refusal: Refusal, requestId: string): DispatchReply {
    metrics.refusals.inc({ code: refusal.code })
    return refusalReply(refusal, requestId)
  }

  const dispatch: Dispatch = async (request, signal) => {
    const arrivedAt = clock.now()
    const requestId = requestIdOf(request, ids)
    if (!ROUTED_PATHS.has(request.path)) return refuse(notFound(`Nothing answers at ${request.path}.`), requestId)
    if (request.body.byteLength > maxBodyBytes) return refuse(bodyTooLarge(maxBodyBytes), requestId)
    const parsed = readRoutingRequest(request)
    if (!parsed.ok) return refuse(parsed.refusal, requestId)
    await watch.ready()
    signal.throwIfAborted()
    return route({ request, routing: parsed.value, requestId, arrivedAt, signal, tried: new Set() })
  }

  async function route(call: Call): Promise<DispatchReply> {
    const { model } = call.routing.route
    let last: Failure | undefined
    let again = true
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      let decision = policy(watch.fleet, call.routing.route, { tried: call.tried })
      if (!decision && last?.fault === 'broken' && again) {
        // A kept-alive connection that the server had just closed: the only instance deserves a second one.
        again = false
        call.tried.clear()
        decision = policy(watch.fleet, call.routing.route, { tried: call.tried })
      }
      const lease = decision && watch.acquire(decision.instanceId, call.routing.route)
      if (!decision || !lease) break
      policyName = decision.policy
      const outcome = await attemptOn(call, decision, lease, attempt)
      if (outcome.ok) return outcome.reply
      last = outcome.failure
      call.tried.add(decision.instanceId)
      metrics.failovers.inc({ instance: decision.instanceId, fault: last.fault })
    }
    if (last) return 'reply' in last ? last.reply : refuse(last.refusal, call.requestId)
    const known = model === undefined || watch.instances.every((one) => one.state.models.length === 0) || watch.instances.some((one) => one.state.models.includes(model))
    return refuse(known ? noInstance(model) : unknownModel(model), call.requestId)
  }

  async function attemptOn(call: Call, decision: RouteDecision, lease: Lease, attempts: number): Promise<Attempt> {
    const { instance } = lease
    metrics.decisions.inc({ instance: decision.instanceId, policy: decision.policy, reason: decision.reason })
    const sentAt = clock.now()
    let relayed = false
    try {
      const reply = await instance.client.send({ method: call.request.method ?? 'POST', path: call.request.path, headers: headersUp(call.request.headers, call.requestId), body: call.routing.body }, call.signal)
      const rest = reply.body[Symbol.asyncIterator]()
      const first = await rest.next()
      if (isFault(reply.status)) return await faultyStatus(call, lease, { reply, first, rest })
      watch.succeeded(instance)
      metrics.firstByte.observe((clock.now() - call.arrivedAt) / 1_000)
      const early = wholeAnswer(reply, first)
      const isEventStream = headerOf(reply.headers, 'content-type')?.startsWith('text/event-stream') ?? false
      const body = relayedBody({ first, rest, isEventStream, signal: call.signal, onEnd: (end) => finish(call, lease, end) })
      relayed = true
      const route = {
        requestId: call.requestId, instanceId: decision.instanceId, url: instance.state.url, policy: decision.policy, reason: decision.reason,
        simulated: reply.headers['x-heddle-simulated'] !== undefined || instance.simulated,
        attempts, queueMs: sentAt - call.arrivedAt, candidates: decision.candidates,
        ...(early?.cachedTokens === undefined ? {} : { cachedTokens: early.cachedTokens }),
      }
      return { ok: true, reply: { status: reply.status, headers: headersDown(reply.headers, route), body, route } }
    } catch (error) {
      call.signal.throwIfAborted()
      const fault = error instanceof InstanceFailed ? error.fault : 'broken'
      const detail = error instanceof Error ? error.message : 'unknown'
      watch.failed(instance, fault, detail)
      log({ level: 'WARNING', component: 'router', category: 'health', message: `Call to ${instance.state.url} failed before its first byte: ${detail}`, data: { instance: instance.state.id, fault, requestId: call.requestId } })
      return { ok: false, failure: { refusal: instanceFailed(fault), fault } }
    } finally {
      if (!relayed) lease.release()
    }
  }

  /** A 5xx is kept to be the answer if no other instance does better. */
  async function faultyStatus(call: Call, { instance }: Lease, { reply, first, rest }: { reply: InstanceReply; first: IteratorResult<Uint8Array>; rest: AsyncIterator<Uint8Array> }): Promise<Attempt> {
    const chunks: Uint8Array[] = []
    let bytes = 0
    for (let next = first; !next.done && bytes < MAX_ERROR_BYTES; next = await rest.next()) {
      chunks.push(next.value)
      bytes += next.value.length
    }
    await rest.return?.()
    watch.failed(instance, 'status', `it answered ${reply.status}`)
    const body = Buffer.concat(chunks)
    const headers = { ...headersDown(reply.headers, { requestId: call.requestId, instanceId: instance.state.id }), 'content-length': String(body.length) }
    return { ok: false, failure: { fault: 'status', reply: { status: reply.status, headers, body: once(body) } } }
  }

  function finish(call: Call, lease: Lease, end: BodyEnd): void {
    lease.release()
    const { instance } = lease
    if (end.kind === 'failed') watch.failed(instance, 'broken', end.detail ?? 'it broke off')
    metrics.duration.observe({ end: end.kind }, (clock.now() - call.arrivedAt) / 1_000)
    const usage = end.kind === 'completed' ? usageInTail(end.tail) : undefined
    if (!usage) return
    watch.report(instance, usage)
    metrics.tokens.inc({ instance: instance.state.id, kind: 'prompt' }, usage.promptTokens)
    metrics.tokens.inc({ instance: instance.state.id, kind: 'completion' }, usage.completionTokens)
    if (usage.cachedTokens !== undefined) metrics.tokens.inc({ instance: instance.state.id, kind: 'cached' }, usage.cachedTokens)
  }

  return {
    dispatch,
    maxBodyBytes,
    /** Begins probing and scraping. A dispatch before it probes once by itself. */
    start: (): void => watch.start(),
    async stop(): Promise<void> {
      watch.stop()
      await Promise.all(clients.map((client) => client.close()))
    },
    ready: (): Promise<void> => watch.ready(),
    newRequestId: (request: Pick<DispatchRequest, 'headers'>): string => requestIdOf(request, ids),
    refuse,
    fleet: (): FleetView => fleetView(watch, policyName),
    subscribe: (listener: () => void): (() => void) => watch.subscribe(listener),
    setDraining: (instanceId: string, draining: boolean): boolean => watch.setDraining(instanceId, draining),
    /** Cards of every model a healthy instance serves, each once. */
    models() {
      const cards = new Map(watch.instances.filter((one) => one.state.health === 'healthy').flatMap((one) => one.cards).map((card) => [card.id, card]))
      return [...cards.values()]
    },
    metricsText(): Promise<string> {
      for (const { state } of watch.instances) {
        metrics.inFlight.set({ instance: state.id }, state.inFlight)
        metrics.up.set({ instance: state.id }, state.health === 'healthy' ? 1 : 0)
      }
      return metrics.text()
    },
  }
}

const MAX_ERROR_BYTES = 64 * 1024

/** 501 is the instance's considered answer; another would say the same. */
function isFault(status: number): boolean {
  return status >= 500 && status !== 501
}

/** An answer that came in one piece is known before its first byte goes out. */
function wholeAnswer(reply: InstanceReply, first: IteratorResult<Uint8Array>): ReportedUsage | undefined {
  if (first.done || headerOf(reply.headers, 'content-length') !== String(first.value.length)) return undefined
  return usageInTail([first.value])
}

function requestIdOf(request: Pick<DispatchRequest, 'headers'>, ids: Ids): string {
  const given = headerOf(request.headers, 'x-request-id')
  return given !== undefined && /^[\x21-\x7e]{1,128}$/.test(given) ? given : ids.next('req')
}
