/** The workflow endpoints, in the shapes proposed for vLLM's production-stack. Times are Unix seconds. */
import { z } from 'zod'
import type { AgentMessages } from './agent-messages'
import type { Logger } from '../ports/log-store'
import { badRequest, notFound, type Refusal } from './refusal'
import type { WorkflowRegistry } from './workflow-registry'

const MAX_PAYLOAD_BYTES = 1024 * 1024
const Id = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/)
const SendBody = z.strictObject({
  source_agent: Id, target_agent: Id,
  message_type: z.enum(['data', 'signal', 'query', 'response']).default('data'),
  payload: z.record(z.string(), z.unknown()),
  ttl: z.number().min(1).max(86_400).default(300),
})
const ReceiveQuery = z.object({ timeout: z.coerce.number().min(0).max(30).default(1), max_messages: z.coerce.number().int().min(1).max(1_000).default(100), ack: z.enum(['auto', 'manual']).default('auto') })
const AckBody = z.strictObject({ ids: z.array(z.string()).max(1_000) })

export type WorkflowCall = { method: string; path: string; query: URLSearchParams; body: () => Promise<Buffer | 'too-large' | 'broken'>; signal: AbortSignal }
type Refused = { ok: false; refusal: Refusal }
export type WorkflowAnswer = { ok: true; value: unknown } | Refused

const seconds = (ms: number): number => ms / 1_000
const ok = (value: unknown): WorkflowAnswer => ({ ok: true, value })
const refuse = (refusal: Refusal): Refused => ({ ok: false, refusal })
const wrong = (error: z.ZodError): Refused => refuse({ ...badRequest(error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '), error.issues[0]?.path.join('.')), status: 422, code: 'INVALID_BODY' })

export function createWorkflowEndpoints({ registry, messages, log }: { registry: WorkflowRegistry; messages: AgentMessages; log: Logger }) {
  async function send(workflow: string, call: WorkflowCall): Promise<WorkflowAnswer> {
    const parsed = await readJson(call, SendBody)
    if (!parsed.ok) return parsed
    const { source_agent: from, target_agent: to, message_type: type, payload, ttl } = parsed.value
    if (Buffer.byteLength(JSON.stringify(payload)) > MAX_PAYLOAD_BYTES) return refuse({ ...badRequest(`The payload has more than ${MAX_PAYLOAD_BYTES} bytes of JSON.`, 'payload'), status: 413, code: 'PAYLOAD_TOO_LARGE' })
    const sent = messages.send(workflow, { to, from, type, payload, ttlMs: ttl * 1_000 })
    const data = (): { workflow: string; from: string; to: string; type: string } => ({ workflow, from, to, type })
    if (sent === 'full') {
      log({ level: 'WARNING', component: 'router', category: 'message', message: `The queue of ${to} is full; a ${type} of ${from} was refused`, data })
      return refuse({ status: 503, type: 'server_error', code: 'QUEUE_FULL', retryAfterSeconds: 1, message: `The queue of ${to} is full. Let it read first.` })
    }
    log({ level: 'INFO', component: 'router', category: 'message', message: `${from} sent ${to} a ${type}`, data })
    registry.touch(workflow, from, to)
    return ok({ message_id: sent.id, status: 'sent', timestamp: seconds(sent.sentAt) })
  }

  async function receive(workflow: string, agent: string, call: WorkflowCall): Promise<WorkflowAnswer> {
    const query = ReceiveQuery.safeParse(Object.fromEntries(call.query))
    if (!query.success) return wrong(query.error)
    registry.touch(workflow, agent)
    const { timeout, max_messages: max, ack } = query.data
    const found = await messages.receive(workflow, agent, { timeoutMs: timeout * 1_000, max, lease: ack === 'manual' }, call.signal)
    if (found.messages.length > 0) log({ level: 'DEBUG', component: 'router', category: 'message', message: () => `${agent} received ${found.messages.length}`, data: () => ({ workflow, agent, ids: found.messages.map((message) => message.id) }) })
    return ok({ messages: found.messages.map(({ id, source, type, payload, sentAt }) => ({ id, source, type, payload, timestamp: seconds(sentAt) })), count: found.messages.length, has_more: found.hasMore })
  }

  async function acknowledge(workflow: string, agent: string, call: WorkflowCall): Promise<WorkflowAnswer> {
    const parsed = await readJson(call, AckBody)
    return parsed.ok ? ok({ acknowledged: messages.acknowledge(workflow, agent, parsed.value.ids) }) : parsed
  }

  function status(workflow: string): WorkflowAnswer {
    const entry = registry.find(workflow)
    if (!entry) return refuse(notFound(`There is no workflow ${workflow}, or it has been idle for too long.`))
    return ok({
      workflow_id: workflow, created_at: seconds(entry.createdAt), last_updated: seconds(entry.updatedAt), active_agents: entry.agents.size, total_requests: entry.requests,
      cache_hits: entry.cacheHits, cache_hit_rate: entry.requests === 0 ? 0 : entry.cacheHits / entry.requests, assigned_instance: entry.assigned ?? null,
      cached_tokens: entry.cachedTokens, prompt_tokens: entry.promptTokens, instances: [...entry.instances].map(([url, at]) => ({ url, requests: at.requests, cached_tokens: at.cachedTokens })),
    })
  }

  function stats(): WorkflowAnswer {
    const known = registry.stats()
    const queued = messages.stats()
    return ok({
      workflow_routing: { total_requests: known.requests, cache_hits: known.cacheHits, cache_hit_rate: known.requests === 0 ? 0 : known.cacheHits / known.requests, routing_decisions: known.decisions },
      workflow_manager: { total_workflows_created: known.created, total_workflows_expired: known.expired, active_workflows: known.active, total_agents: known.agents, avg_cache_hit_rate: known.meanHitRate, instance_distribution: known.distribution },
      message_queue: { total_queues: queued.queues, total_messages_sent: queued.sent, total_messages_received: queued.received, total_messages_expired: queued.expired, queue_sizes: queued.sizes, max_queue_size: queued.maxQueued, total_pending_messages: queued.pending },
    })
  }

  function forget(workflow: string): WorkflowAnswer {
    messages.forget(workflow)
    return registry.forget(workflow) ? ok({ workflow_id: workflow, status: 'deleted' }) : refuse(notFound(`There is no workflow ${workflow}.`))
  }

  /** @returns undefined where nothing of this kind answers */
  return async function answer(call: WorkflowCall): Promise<WorkflowAnswer | undefined> {
    const [workflow, ...rest] = call.path.slice('/v1/workflows/'.length).split('/')
    const place = `${call.method} ${rest.map((part, index) => (rest[0] === 'agents' && index === 1 ? '*' : part)).join('/')}`
    if (workflow === 'stats' && place === 'GET ') return stats()
    const known = ['POST messages', 'GET agents/*/messages', 'POST agents/*/messages/ack', 'GET status', 'DELETE ']
    if (!known.includes(place)) return undefined
    const agent = rest[0] === 'agents' ? rest[1] : undefined
    if (!Id.safeParse(workflow).success) return refuse(badRequest('workflow_id must be 1 to 100 of A-Z a-z 0-9 _ -', 'workflow_id'))
    if (agent !== undefined && !Id.safeParse(agent).success) return refuse(badRequest('agent_id must be 1 to 100 of A-Z a-z 0-9 _ -', 'agent_id'))
    switch (place) {
      case 'POST messages':
        return send(workflow!, call)
      case 'GET agents/*/messages':
        return receive(workflow!, agent!, call)
      case 'POST agents/*/messages/ack':
        return acknowledge(workflow!, agent!, call)
      case 'GET status':
        return status(workflow!)
      default:
        return forget(workflow!)
    }
  }
}

async function readJson<T extends z.ZodType>(call: WorkflowCall, schema: T): Promise<{ ok: true; value: z.infer<T> } | { ok: false; refusal: Refusal }> {
  const bytes = await call.body()
  if (bytes === 'too-large') return { ok: false, refusal: { ...badRequest('The body is too large.'), status: 413, code: 'PAYLOAD_TOO_LARGE' } }
  if (bytes === 'broken') return { ok: false, refusal: badRequest('The body broke off.') }
  let json: unknown
  try {
    json = JSON.parse(bytes.toString('utf8'))
  } catch {
    return { ok: false, refusal: { ...badRequest('The body is not JSON.'), status: 422 } }
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return { ok: true, value: parsed.data }
  return wrong(parsed.error)
}
