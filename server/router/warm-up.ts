/**
 * Has the beginning of a prompt computed into the KV cache of a run's home, ahead of the call that needs it.
 * U1. Only where nothing waits and the home has no call, ours or another's: what works or waits is not delayed.
 * U2. A call that is placed there ends it at once: what is computed by then stays in the cache.
 * U3. It is no call: it takes no place and no lease, opens no breaker, and counts in no figure of a workflow, only in its own.
 */
import type { DispatchReply, InstanceReply } from '../ports/instance-client'
import { cachedBlocks, recordPrefix } from '@/domain/route/prefix-index'
import { withMembers } from './json-members'
import type { FleetWatch, WatchedInstance } from './fleet-watch'
import { headersUp } from './forwarded-headers'
import { once } from './refusal'
import type { RouterMetrics } from './router-metrics'
import type { RoutingRequest } from './routing-request'
import { usageInTail, type ReportedUsage } from './usage-in-tail'

/**
 * Why it was sent or not. `off`: switched off. `no-home`: nobody knows where the run lives. `cached`: it is there already.
 * `busy`: the instance has work. `yielded`: a call came. `failed`: it answered with an error, or not at all.
 */
export type WarmUpOutcome = 'off' | 'no-home' | 'cached' | 'busy' | 'sent' | 'yielded' | 'failed'
/** Sent, ended early by a call, and prompt tokens computed. */
export type WarmUpCounts = { sent: number; yielded: number; tokens: number }
type Ask = { path: string; routing: RoutingRequest; requestId: string; signal: AbortSignal }
type Deps = { on: boolean; watch: FleetWatch; /** Calls that wait in the router. */ waiting: () => number; metrics: Pick<RouterMetrics, 'warmUps' | 'warmUpTokens'> }

const PATH = '/v1/chat/completions'
/** KV cache in use beyond which a warm-up would push out what others still need. */
const FULL = 0.8

export type WarmUps = ReturnType<typeof createWarmUps>

export function createWarmUps({ on, watch, waiting, metrics }: Deps) {
  const under = new Map<string, AbortController>()
  const counts = new Map<string, WarmUpCounts>()

  function homeOf({ route, workflow }: RoutingRequest): WatchedInstance | undefined {
    const key = route.runKey ?? workflow.workflow_id
    const id = key === undefined ? undefined : watch.homes.get(key)
    return watch.instances.find(({ state }) => state.id === id && (route.model === undefined || state.models.includes(route.model)))
  }

  const isIdle = ({ state }: WatchedInstance): boolean =>
    state.health === 'healthy' && state.breaker.kind === 'closed' && state.inFlight === 0 && state.external === 0 && (state.kvUsage ?? 0) < FULL && waiting() === 0 && !under.has(state.id)

  function outcomeFor({ routing, path }: Ask): { outcome: WarmUpOutcome; home?: WatchedInstance } {
    if (!on) return { outcome: 'off' }
    const home = homeOf(routing)
    if (!home || path !== PATH) return { outcome: 'no-home' }
    const { blocks } = routing.route
    if (blocks.length > 0 && cachedBlocks(watch.prefixes, home.state.id, blocks) === blocks.length) return { outcome: 'cached', home }
    return isIdle(home) ? { outcome: 'sent', home } : { outcome: 'busy', home }
  }

  /** @returns what the engine says of it; undefined where it was ended, or failed */
  async function compute(home: WatchedInstance, { path, routing, requestId, signal }: Ask): Promise<{ outcome: WarmUpOutcome; usage?: ReportedUsage }> {
    const yielding = new AbortController()
    under.set(home.state.id, yielding)
    try {
      const either = AbortSignal.any([signal, yielding.signal])
      const body = withMembers(routing.body, { max_tokens: 1, stream: false, stream_options: null })
      const reply = await home.client.send({ method: 'POST', path, headers: headersUp({ 'content-type': 'application/json' }, requestId), body }, either)
      const usage = reply.status === 200 ? await usageOf(reply) : undefined
      return usage ? { outcome: 'sent', usage } : { outcome: 'failed' }
    } catch {
      return { outcome: yielding.signal.aborted ? 'yielded' : 'failed' }
    } finally {
      if (under.get(home.state.id) === yielding) under.delete(home.state.id)
    }
  }

  return {
    /** Never rejects. */
    async ask(ask: Ask): Promise<DispatchReply> {
      const { outcome: decided, home } = outcomeFor(ask)
      const { outcome, usage } = decided === 'sent' && home ? await compute(home, ask) : { outcome: decided }
      metrics.warmUps.inc({ vllm_instance: home?.state.id ?? '', outcome })
      if (home && decided === 'sent') count(home.state.id, outcome, usage)
      if (home && usage) recordPrefix(watch.prefixes, home.state.id, ask.routing.route.blocks)
      return replyOf(ask.requestId, { object: 'heddle.warm_up', outcome, ...(home && { instance: home.state.id }), ...(usage && { usage: { prompt_tokens: usage.promptTokens, prompt_tokens_details: { cached_tokens: usage.cachedTokens ?? 0 } } }) })
    },
    /** A call goes to the instance: it has it to itself. */
    yieldTo(instanceId: string): void {
      under.get(instanceId)?.abort(new Error('A call came'))
      under.delete(instanceId)
    },
    /** Since start. */
    countsOf: (instanceId: string): WarmUpCounts | undefined => counts.get(instanceId),
  }

  function count(instanceId: string, outcome: WarmUpOutcome, usage: ReportedUsage | undefined): void {
    const known = counts.get(instanceId) ?? { sent: 0, yielded: 0, tokens: 0 }
    const computed = usage ? usage.promptTokens - (usage.cachedTokens ?? 0) : 0
    counts.set(instanceId, { sent: known.sent + 1, yielded: known.yielded + (outcome === 'yielded' ? 1 : 0), tokens: known.tokens + computed })
    if (!usage) return
    metrics.warmUpTokens.inc({ vllm_instance: instanceId, kind: 'computed' }, computed)
    metrics.warmUpTokens.inc({ vllm_instance: instanceId, kind: 'cached' }, usage.cachedTokens ?? 0)
  }
}

const MAX_ANSWER_BYTES = 256 * 1024

async function usageOf(reply: InstanceReply): Promise<ReportedUsage | undefined> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of reply.body) {
    chunks.push(chunk)
    if ((bytes += chunk.length) > MAX_ANSWER_BYTES) return undefined
  }
  return usageInTail([Buffer.concat(chunks)])
}

function replyOf(requestId: string, body: object): DispatchReply {
  const bytes = Buffer.from(JSON.stringify(body))
  return { status: 200, headers: { 'content-type': 'application/json', 'content-length': String(bytes.length), 'x-request-id': requestId }, body: once(bytes) }
}
