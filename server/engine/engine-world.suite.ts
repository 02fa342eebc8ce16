import { Environment } from '@marcbachmann/cel-js'
import { Liquid } from 'liquidjs'
import { Graph } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import type { RunLimits } from '@/domain/run/admit-runs'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunEvent, RunFact, RunId } from '@/domain/run/run-event'
import { emptyRun, type RunState } from '@/domain/run/run-state'
import type { TraceParent } from '@/domain/run/trace-parent'
import { createManualClock } from '@/server/adapters/memory/manual-clock'
import { createMemoryRunLog } from '@/server/adapters/memory/memory-run-log'
import { createMemorySnapshotStore } from '@/server/adapters/memory/memory-snapshot-store'
import { createRunFeed } from '@/server/adapters/memory/run-feed'
import { createSeededIds } from '@/server/adapters/memory/seeded-ids'
import type { HttpClient } from '@/server/ports/http-client'
import { ModelCallFailed, type ModelGateway, type ModelReply, type ModelRequest } from '@/server/ports/model-gateway'
import type { BrowserJob, BrowserResult, BrowserRunner } from '@/server/ports/browser-runner'
import type { PythonJob, PythonResult, PythonRunner } from '@/server/ports/python-runner'
import type { RunLog } from '@/server/ports/run-log'
import type { FindCallee } from '@/server/ports/callees'
import type { TraceContext } from '@/server/ports/trace-context'
import type { Templates } from '@/server/ports/templates'
import { createEngine } from './engine'

/** A node by id and type; `a -> b` or `a:true -> b` for edges. */
export function graphOf(nodes: Record<string, [type: string, config?: Record<string, unknown>]>, ...edges: string[]): Graph {
  return Graph.parse({
    nodes: Object.entries(nodes).map(([id, [type, config = {}]]) => ({ id, type, name: id, position: { x: 0, y: 0 }, config })),
    edges: edges.map((line) => {
      const [from = '', target = ''] = line.split(' -> ')
      const [source = '', sourceHandle] = from.split(':')
      return { id: line.replaceAll(' ', ''), source, target, ...(sourceHandle !== undefined && { sourceHandle }) }
    }),
  })
}

type Call = { request: ModelRequest; signal: AbortSignal; say(text: string): void; reply(text: string, more?: Partial<ModelReply>): void; fail(error: Error): void }

/** Liquid and CEL in this thread: limits are the real adapter's business, and have their own tests. */
const liquid = new Liquid()
const cel = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false })
const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? Number(inner) : inner instanceof Map ? Object.fromEntries(inner) : inner)) ?? 'null') as Json
const plainTemplates: Templates = {
  render: (template, scope) => Promise.resolve(String(liquid.parseAndRenderSync(template, scope))),
  evaluate: (expression, scope) => Promise.resolve(plain(cel.evaluate(expression, scope))),
}

export const overloaded = () => new ModelCallFailed('OVERLOADED', 'Too busy', { hint: 'Wait.', retryable: true })
export const refused = () => new ModelCallFailed('REFUSED', 'No', { hint: 'Ask otherwise.', retryable: false })

export const UNLIMITED: RunLimits = { total: Infinity, perWorkflow: Infinity, perModel: {} }

/** An engine in a world of which every part is in the test's hand. */
export function createWorld({ log: wrap = (log: RunLog) => log, models: automatic, templates = plainTemplates, limits = UNLIMITED, traceContext }: { traceContext?: TraceContext; log?: (log: RunLog) => RunLog; models?: (request: ModelRequest) => string | Partial<ModelReply>; templates?: Templates; limits?: RunLimits } = {}) {
  const clock = createManualClock()
  const ids = createSeededIds()
  const store = createMemoryRunLog({ clock })
  const calls: Call[] = []
  const sent: { url: string; idempotencyKey: string; body: string | undefined }[] = []
  const answers: { http: HttpClient['send'] } = { http: (request) => (sent.push({ url: request.url, idempotencyKey: request.idempotencyKey, body: request.body }), Promise.resolve({ status: 200, headers: {}, body: 'ok' })) }
  const coded: { job: PythonJob; signal: AbortSignal; print(text: string): void; done(result: PythonResult): void; fail(error: Error): void }[] = []
  const python: PythonRunner = {
    report: () => ({ level: 'sandbox', message: '' }),
    run: (job, { signal, onText }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
        coded.push({ job, signal, print: onText, done: resolve, fail: reject })
      }),
  }
  const opened: { job: BrowserJob; done(result: Partial<BrowserResult>): void }[] = []
  const browser: BrowserRunner = {
    report: () => ({ ready: true, message: '' }),
    run: (job, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
        opened.push({ job, done: (result) => resolve({ url: job.url, title: '', text: '', values: {}, screenshots: [], refused: [], ...result }) })
      }),
  }
  const models: Pick<ModelGateway, 'chat'> = {
    chat: (request, { signal, onText }) =>
      new Promise((resolve, reject) => {
        const reply = (text: string, more: Partial<ModelReply> = {}) =>
          resolve({ text, finishReason: 'stop', usage: { promptTokens: 10, completionTokens: 5 }, route: { instance: 'i', policy: 'p', queueMs: 0, prefillMs: 1, decodeMs: 1, promptTokens: 10, completionTokens: 5 }, ...more })
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
        calls.push({ request, signal, say: onText, reply, fail: reject })
        if (!automatic) return
        const answer = automatic(request)
        if (typeof answer === 'string') reply(answer)
        else reply(answer.text ?? '', answer)
      }),
  }
  const feed = createRunFeed()
  /** By id, also their names and versions. */
  const workflows: Record<string, Graph> = {}
  const findCallee: FindCallee = async ({ workflowId: id, version }) => {
    const graph = workflows[id]
    if (!graph) throw overloaded()
    return { id, name: id, version: version ?? 'draft', graph, graphHash: await store.saveGraph(graph) }
  }
  const snapshots = createMemorySnapshotStore()
  const build = () => createEngine({ ...(traceContext && { traceContext }), limits, modelOf: (name) => ({ '': 'default', alias: 'big' })[name] ?? name, log: wrap(store), feed, snapshots, clock, ids, logger: () => undefined, templates, models, findCallee, http: { send: (request, signal) => answers.http(request, signal) }, browser, python })
  const world = {
    clock, store, feed, snapshots, workflows, calls, coded, opened, sent, answers,
    engine: build(),
    /** Another process over the same log. */
    restart() {
      world.engine.stop()
      world.engine = build()
    },
    async begin(graph: Graph, input: Json = {}, { workflowId = 'wf', priority = 5, trace, taken = [] }: { workflowId?: string; priority?: number; trace?: TraceParent; /** What a fork takes over. */ taken?: readonly RunFact[] } = {}): Promise<RunId> {
      const runId = ids.next('run') as RunId
      const graphHash = await store.saveGraph(graph)
      await store.append(runId, [{ type: 'run.queued', workflowId, workflowName: 'W', version: 'draft', graphHash, input, priority, ...(trace && { trace }) }, ...taken], 0, (events) => foldRun(emptyRun, events))
      await world.engine.submit(runId)
      await settle()
      return runId
    },
    events: (runId: RunId): Promise<RunEvent[]> => store.read(runId),
    async state(runId: RunId): Promise<RunState> {
      return foldRun(emptyRun, await store.read(runId))
    },
    /** What each step came to. */
    async kinds(runId: RunId): Promise<Record<string, string>> {
      return Object.fromEntries(Object.entries((await world.state(runId)).steps).map(([key, step]) => [key, step.state.kind]))
    },
    callOf: (nodeId: string, attempt = 1) => calls.find((call) => call.request.run.nodeId === nodeId && call.request.run.attempt === attempt)!,
    async advance(ms: number) {
      clock.advance(ms)
      await settle()
    },
  }
  return world
}

/** Lets everything happen that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await new Promise((resolve) => setImmediate(resolve))
}
