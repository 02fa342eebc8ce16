/**
 * The hot path: parse once, choose, send, hand the bytes on.
 * R1. Before the first byte of an answer a failed attempt goes to another instance; after it, never.
 * R2. Choice and count happen in one turn, so that a burst sees its own decisions.
 * R3. Every lease ends exactly once: by a failed attempt, or by the end of the body.
 * R4. The reader's abort reaches the instance.
 */
import type { FleetView } from '@/domain/route/fleet-view'
import { createCostModel } from '@/domain/route/cost-model'
import { createPrefixIndex } from '@/domain/route/prefix-index'
import { policies, type SchedulerOf } from '@/domain/route/policies'
import { createRetryBudget } from '@/domain/route/retry-budget'
import type { RouteCall } from '@/domain/route/scheduler'
import type { CallLimits } from '@/domain/rate/call-limits'
import type { WorkflowMetadata } from '@/wire/workflow-metadata'
import type { Clock } from '../ports/clock'
import type { Ids } from '../ports/ids'
import type { Dispatch, DispatchReply, DispatchRequest, InstanceClient, ModelCard } from '../ports/instance-client'
import type { KvFeed } from '../ports/kv-events'
import type { Logger } from '../ports/log-store'
import { createAttempts, type Call, type Failure } from './attempt-call'
import { createCallQueue } from './call-queue'
import { createFleetWatch } from './fleet-watch'
import { fleetView } from './fleet-report'
import { createKvKnowledge } from './kv-knowledge'
import { callerOf, createCallLimits } from './limit-calls'
import { bodyTooLarge, noInstance, notFound, once, queueFull, refusalReply, unknownModel, type Refusal } from './refusal'
import { createRouterMetrics } from './router-metrics'
import { headerOf, readRoutingRequest, type RoutingRequest } from './routing-request'
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

export function createRouter({ clients, clock, ids, log, scheduler = policies.flow, kvFeedOf = () => undefined, aliases = new Map(), tellPriority = false, settings }: RouterDeps) {
  const { probeMs, scrapeMs, maxAttempts, maxBodyBytes, maxWaiting, warmUp } = { ...DEFAULTS, ...settings }
  const prefixes = createPrefixIndex()
  const kv = createKvKnowledge({ prefixes, feedOf: kvFeedOf, log })
  const watch = createFleetWatch({ clients, clock, log, probeMs, scrapeMs, prefixes, onJoin: kv.follow, onLeave: kv.unfollow, onForget: kv.beginAnew })
  const costs = createCostModel()
  const metrics = createRouterMetrics()
  const forecast = createWaitForecast({ clock, metrics, hasHome: (runKey) => watch.homes.get(runKey) !== undefined })
  const queue = createCallQueue({ watch, schedulerOf: scheduler, clock, costs, maxWaiting, forecast, onLook: (seconds) => metrics.decisionTime.observe(seconds) })
  const limits = createCallLimits({ clock, metrics })
  const warmUps = createWarmUps({ on: warmUp, watch, waiting: queue.waiting, metrics })
  const budget = createRetryBudget()
  let calls = 0
  const registry = createWorkflowRegistry({ clock })
  const messages = createAgentMessages({ clock, ids })
  const workflows = createWorkflowEndpoints({ registry, messages, log })

  const attemptOn = createAttempts({ watch, queue, limits, registry, costs, warmUps, metrics, clock, log, tellPriority })

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
    return refuse(known ? noInstance(model) : unknownModel(model, cards().map(({ id }) => id)), call.requestId)
  }

  /** Cards of every model a healthy instance serves, each once. */
  function cards(): ModelCard[] {
    const known = new Map(watch.instances.filter((one) => one.state.health === 'healthy').flatMap((one) => one.cards).map((card) => [card.id, card]))
    for (const [alias, target] of aliases) {
      const card = known.get(target)
      if (card && !known.has(alias)) known.set(alias, { ...card, id: alias, root: target })
    }
    return [...known.values()]
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
    /** Messages between agents that nobody has read yet. */
    unread: () => messages.stats().pending,
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
    models: cards,
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

function requestIdOf(request: Pick<DispatchRequest, 'headers'>, ids: Ids): string {
  const given = headerOf(request.headers, 'x-request-id')
  return given !== undefined && /^[\x21-\x7e]{1,128}$/.test(given) ? given : ids.next('req')
}
