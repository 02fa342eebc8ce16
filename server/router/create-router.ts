/**
 * The hot path: parse once, choose, send, hand the bytes on.
 * R1. Before the first byte of an answer a failed attempt goes to another instance; after it, never.
 * R2. Choice and count happen in one turn, so that a burst sees its own decisions.
 * R3. Every lease ends exactly once: by a failed attempt, or by the end of the body.
 * R4. The reader's abort reaches the instance.
 */
import type { FleetView } from '@/domain/route/fleet-view'
import { createCostModel, type CallLoad } from '@/domain/route/cost-model'
import { createPrefixIndex } from '@/domain/route/prefix-index'
import { policies, type SchedulerOf } from '@/domain/route/policies'
import { createRetryBudget } from '@/domain/route/retry-budget'
import type { RouteCall } from '@/domain/route/scheduler'
import type { LimitReceipt } from '@/domain/rate/call-limiter'
import type { CallLimits } from '@/domain/rate/call-limits'
import type { WorkflowMetadata } from '@/wire/workflow-metadata'
import type { Clock } from '../ports/clock'
import type { Ids } from '../ports/ids'
import { InstanceFailed, type Dispatch, type DispatchReply, type DispatchRequest, type InstanceClient, type InstanceReply } from '../ports/instance-client'
import type { KvFeed } from '../ports/kv-events'
import type { Logger } from '../ports/log-store'
import { createCallQueue, type Place } from './call-queue'
import { createFleetWatch, type WatchedInstance } from './fleet-watch'
import { fleetView } from './fleet-report'
import { createKvKnowledge } from './kv-knowledge'
import { withMembers } from './json-members'
import { EXPLAIN, explained, headersDown, headersUp } from './forwarded-headers'
import { callerOf, createCallLimits } from './limit-calls'
import { bodyTooLarge, instanceFailed, noInstance, notFound, once, queueFull, refusalReply, unknownModel, type Refusal } from './refusal'
import { relayedBody, type BodyEnd } from './relayed-body'
import { createRouterMetrics } from './router-metrics'
import { headerOf, readRoutingRequest, type RoutingRequest } from './routing-request'
import { usageInTail, type ReportedUsage } from './usage-in-tail'
import { createBatches } from './answer-batch'
import { createAgentMessages } from './agent-messages'
import { createWaitForecast } from './wait-forecast'
import { createWarmUps } from './warm-up'
import { createWorkflowEndpoints } from './workflow-http'
import { createWorkflowRegistry } from './workflow-registry'

export const ROUTED_PATHS: ReadonlySet<string> = new Set(['/v1/chat/completions', '/v1/completions', '/v1/embeddings', '/v1/responses', '/tokenize', '/detokenize'])
/** They generate nothing. */
const TOKENIZERS: ReadonlySet<string> = new Set(['/tokenize', '/detokenize'])

export type RouterDeps = {
  clients: readonly InstanceClient[]
  clock: Clock
  ids: Ids
  log: Logger
  /** Left out: FLOW. */
  scheduler?: SchedulerOf
  /** What an instance tells of its KV cache; left out: the router guesses from what it sent. */
  kvFeedOf?: (client: InstanceClient) => KvFeed | undefined
  /** Other names of models. */
  aliases?: ReadonlyMap<string, string>
  /** The servers run with `--scheduling-policy priority`: older runs and higher priorities go first there too. */
  tellPriority?: boolean
  settings?: Partial<RouterSettings>
}
export type RouterSettings = { probeMs: number; scrapeMs: number; maxAttempts: number; maxBodyBytes: number; /** Calls that may wait for a place. */ maxWaiting: number; /** Whether prefixes may be computed ahead where nothing else is to be done. */ warmUp: boolean }
const DEFAULTS: RouterSettings = { probeMs: 2_000, scrapeMs: 1_000, maxAttempts: 3, maxBodyBytes: 16 * 1024 * 1024, maxWaiting: 10_000, warmUp: false }

export type Router = ReturnType<typeof createRouter>

type Call = { request: DispatchRequest; routing: RoutingRequest; requestId: string; arrivedAt: number; signal: AbortSignal; tried: Set<string>; /** Answered with an error: whose fault it was shows when another answers. */ atFault: [WatchedInstance, string][]; receipt: LimitReceipt }
type Failure = { refusal: Refusal; fault: string } | { reply: DispatchReply; fault: string }
type Attempt = { ok: true; reply: DispatchReply } | { ok: false; failure: Failure }

export function createRouter({ clients, clock, ids, log, scheduler = policies.flow, kvFeedOf = () => undefined, aliases = new Map(), tellPriority = false, settings }: RouterDeps) {
  const { probeMs, scrapeMs, maxAttempts, maxBodyBytes, maxWaiting, warmUp } = { ...DEFAULTS, ...settings }
  const prefixes = createPrefixIndex()
  const kv = createKvKnowledge({ prefixes, feedOf: kvFeedOf, log })
  const watch = createFleetWatch({ clients, clock, log, probeMs, scrapeMs, prefixes, onJoin: kv.follow, onLeave: kv.unfollow })
  const costs = createCostModel()
  const metrics = createRouterMetrics()
  const forecast = createWaitForecast({ clock, metrics, hasHome: (runKey) => watch.homes.get(runKey) !== undefined })
  const queue = createCallQueue({ watch, schedulerOf: scheduler, clock, costs, maxWaiting, forecast, onLook: (seconds) => metrics.decisionTime.observe(seconds) })
  const limits = createCallLimits({ clock, metrics })
  const warmUps = createWarmUps({ on: warmUp, watch, waiting: queue.waiting, metrics })
  const budget = createRetryBudget()
  const startedAt = clock.now()
  let calls = 0
  const registry = createWorkflowRegistry({ clock })
  const workflows = createWorkflowEndpoints({ registry, messages: createAgentMessages({ clock, ids }), log })

  function refuse(refusal: Refusal, requestId: string): DispatchReply {
    metrics.refusals.inc({ code: refusal.code })
    return refusalReply(refusal, requestId)
  }

  const dispatch: Dispatch = async (request, signal) => {
    const arrivedAt = clock.now()
    const requestId = requestIdOf(request, ids)
    if (!ROUTED_PATHS.has(request.path)) return refuse(notFound(`Nothing answers at ${request.path}.`), requestId)
    if (request.body.byteLength > maxBodyBytes) return refuse(bodyTooLarge(maxBodyBytes), requestId)
    const parsed = readRoutingRequest(request, { aliases, requestId })
    if (!parsed.ok) return refuse(parsed.refusal, requestId)
    await watch.ready()
    const routing = await withExactBlocks(parsed.value)
    signal.throwIfAborted()
    if (routing.workflow.warm_up === true) return warmUps.ask({ path: request.path, routing, requestId, signal })
    const { model, promptBytes, promptTokens = queue.tokensOf(promptBytes), outputTokens } = routing.route
    const admitted = limits.admit({ headers: request.headers, model, tokens: TOKENIZERS.has(request.path) ? 0 : promptTokens + outputTokens })
    if ('refusal' in admitted) return refuse(admitted.refusal, requestId)
    let reply: DispatchReply | undefined
    try {
      reply = await route({ request, routing, requestId, arrivedAt, signal, tried: new Set(), atFault: [], ...admitted })
      return reply
    } finally {
      // No instance worked on it: see finish() for those where one did.
      if (!reply?.route) limits.settle(admitted.receipt, 0)
    }
  }

  /** Where the instances tell what they hold, the prompt is looked up by its tokens. */
  async function withExactBlocks(routing: RoutingRequest): Promise<RoutingRequest> {
    const { route, prompt, salt } = routing
    // Nothing full to be found: a short prompt is not worth a tokenizer's time.
    if (route.blocks.length === 0) return routing
    const exact = await kv.blocksOf(watch.instances, { model: route.model, key: `${route.model ?? ''}/${route.blocks.at(-1)}/${route.promptBytes}`, prompt, salt })
    return exact ? { ...routing, route: { ...route, blocks: exact.blocks, promptTokens: exact.tokens } } : routing
  }

  async function route(call: Call): Promise<DispatchReply> {
    const { model } = call.routing.route
    let last: Failure | undefined
    let again = true
    budget.deposit(clock.now())
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      if (attempt > 1 && !budget.withdraw(clock.now())) {
        metrics.refusals.inc({ code: 'RETRY_BUDGET' })
        break
      }
      let place = await queue.place(routeCallOf(call, attempt), call.signal)
      if (place === 'none' && last?.fault === 'broken' && again) {
        // A kept-alive connection that the server had just closed: the only instance deserves a second one.
        again = false
        call.tried.clear()
        place = await queue.place(routeCallOf(call, attempt), call.signal)
      }
      if (place === 'full') return refuse(queueFull(queue.waiting()), call.requestId)
      if (place === 'none') break
      const outcome = await attemptOn(call, place, attempt)
      if (outcome.ok) return outcome.reply
      last = outcome.failure
      call.tried.add(place.placement.instanceId)
      metrics.failovers.inc({ vllm_instance: place.placement.instanceId, fault: last.fault })
    }
    if (last) return 'reply' in last ? last.reply : refuse(last.refusal, call.requestId)
    const known = model === undefined || watch.instances.every((one) => one.state.models.length === 0) || watch.instances.some((one) => one.state.models.includes(model))
    return refuse(known ? noInstance(model) : unknownModel(model), call.requestId)
  }

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

  /** Each attempt is a call of its own to the scheduler. */
  function routeCallOf({ request, routing: { route, workflow }, requestId, arrivedAt, tried }: Call, attempt: number): RouteCall {
    const { plan } = workflow
    const { promptBytes, promptTokens = queue.tokensOf(promptBytes), ...known } = route
    return {
      ...known, id: `${requestId}#${attempt}.${tried.size}.${++calls}`, arrivedAt, promptTokens, outputTokens: plan?.expected_output_tokens ?? route.outputTokens,
      tried: new Set(tried), priority: workflow.workflow_priority, party: partyOf(request, workflow),
      ...(plan?.remaining_tokens !== undefined && { remainingTokens: plan.remaining_tokens }), ...(plan?.last !== undefined && { last: plan.last }),
    }
  }

  return {
    dispatch,
    /** `POST /v1/batch`. */
    batch: createBatches({ dispatch, clock, ids, onEnd: (outcome) => metrics.batchCalls.inc({ outcome }) }),
    maxBodyBytes,
    /** What is known of caches; for tests. */
    prefixes: prefixes as Readonly<typeof prefixes>,
    /** Registry and messages of workflows: `/v1/workflows/*`. */
    workflows,
    /** Begins probing and scraping. A dispatch before it probes once by itself. */
    start(): void {
      clients.forEach(kv.follow)
      watch.start()
    },
    async stop(): Promise<void> {
      watch.stop()
      kv.stop()
      queue.stop()
      await Promise.all(watch.instances.map(({ client }) => client.close()))
    },
    ready: (): Promise<void> => watch.ready(),
    newRequestId: (request: Pick<DispatchRequest, 'headers'>): string => requestIdOf(request, ids),
    refuse,
    fleet: (): FleetView => fleetView(watch, queue, { limits: limits.view(), slownessOf: costs.slownessOf, knows: kv.knows, warmUpsOf: warmUps.countsOf, warmUp }),
    subscribe: (listener: () => void): (() => void) => watch.subscribe(listener),
    /** An instance joins the fleet; it gets calls once it answers. */
    add: (client: InstanceClient): Promise<void> => watch.add(client),
    /** It leaves the fleet; calls under way end. */
    remove: (instanceId: string): void => watch.remove(instanceId),
    /** What a model and a key may have, from now on. */
    setLimits: (next: CallLimits): void => limits.set(next),
    setDraining: (instanceId: string, draining: boolean): boolean => watch.setDraining(instanceId, draining),
    /** Cards of every model a healthy instance serves, each once. */
    models() {
      const cards = new Map(watch.instances.filter((one) => one.state.health === 'healthy').flatMap((one) => one.cards).map((card) => [card.id, card]))
      for (const [alias, target] of aliases) {
        const card = cards.get(target)
        if (card && !cards.has(alias)) cards.set(alias, { ...card, id: alias, root: target })
      }
      return [...cards.values()]
    },
    metricsText(): Promise<string> {
      metrics.waiting.set(queue.waiting())
      limits.measure()
      for (const gauge of [metrics.inFlight, metrics.up, metrics.slowness, metrics.firstTokenCorrection, metrics.breaker]) gauge.reset()
      for (const { state } of watch.instances) {
        metrics.inFlight.set({ vllm_instance: state.id }, state.inFlight)
        metrics.firstTokenCorrection.set({ vllm_instance: state.id }, costs.firstTokenRatioOf(state.id))
        metrics.slowness.set({ vllm_instance: state.id }, costs.slownessOf(state.id))
        metrics.breaker.set({ vllm_instance: state.id }, { 'closed': 0, 'open': 1, 'half-open': 0.5 }[state.breaker.kind])
        metrics.up.set({ vllm_instance: state.id }, state.health === 'healthy' ? 1 : 0)
      }
      return metrics.text()
    },
  }
}

/** Among whom the queue is fair: workflows where they are named, else runs, else callers. */
function partyOf({ headers }: DispatchRequest, { plan, workflow_id: run }: WorkflowMetadata): string {
  return plan?.workflow !== undefined ? `workflow ${plan.workflow}` : run !== undefined ? `run ${run}` : callerOf(headers)
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

function requestIdOf(request: Pick<DispatchRequest, 'headers'>, ids: Ids): string {
  const given = headerOf(request.headers, 'x-request-id')
  return given !== undefined && /^[\x21-\x7e]{1,128}$/.test(given) ? given : ids.next('req')
}
