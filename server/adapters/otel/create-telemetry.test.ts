import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Graph } from '@/domain/graph/graph'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunEvent, RunFact, RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { readTraceparent } from '@/domain/run/trace-parent'
import { createMemoryRunLog } from '@/server/adapters/memory/memory-run-log'
import type { LogEntry } from '@/server/ports/log-store'
import { summaryOf } from '@/server/ports/run-summary'
import { spanIdOf, traceIdOf, traceparentOf } from '@/server/ports/trace-context'
import { createTelemetry, type TelemetryOptions } from './create-telemetry'
import { startCollector } from './otlp-collector.suite'

const node = (id: string, type: string, config: object, name = id) => ({ id, type, name, position: { x: 0, y: 0 }, config })
const edge = (source: string, target: string) => ({ id: `${source}-${target}`, source, target })
const inner = { nodes: [node('each', 'agent', { prompt: 'p' }, 'Each page')], edges: [] }
const graph = {
  nodes: [node('in', 'input', {}), node('call', 'http', { method: 'POST', url: 'https://api.test/x' }, 'Call'), node('m', 'map', { items: '[1]', body: inner }, 'Pages'), node('say', 'agent', { prompt: 'p', maxTokens: 5, temperature: 0.2 }, 'Speaker'), node('find', 'mcp', { url: 'https://mcp.test:8443/mcp', tool: 'search' }, 'Find'),
    node('team', 'agent', { prompt: 'p', tools: [{ name: 'lookup', run: { kind: 'mcp', url: 'https://mcp.test:8443/mcp', tool: 'search' } }] }, 'Team')],
  edges: [edge('in', 'call'), edge('call', 'm'), edge('m', 'say')],
} as unknown as Graph

const BASE = 1_800_000_000_000
const options: TelemetryOptions = { traces: true, metrics: true, sampler: { kind: 'on' }, parentBased: true, content: false, metricIntervalMs: 60_000, attributeLength: undefined, batch: { maxQueueSize: 2_048, maxExportBatchSize: 512, scheduledDelayMillis: 50, exportTimeoutMillis: 1_000 } }
const error = { code: 'HTTP_STATUS', message: 'secret body of the answer', retryable: true }
const route = { instance: 'http://10.0.0.5:8000', policy: 'flow', reason: 'home', simulated: true, queueMs: 100, prefillMs: 400, decodeMs: 500, promptTokens: 120, cachedTokens: 64, completionTokens: 30 }
const usage = { promptTokens: 120, cachedTokens: 64, completionTokens: 30 }
const started = (nodeId: string, attempt = 1, input: unknown = undefined): RunFact => ({ type: 'step.started', nodeId, attempt, ...(input !== undefined && { input: input as never }) })
const prompt = { messages: [{ role: 'user', content: 'a secret question' }], model: 'llama' }
const answered = (nodeId: string): RunFact => ({ type: 'step.completed', nodeId, attempt: 1, output: { text: 'a secret answer' }, usage, route })

let collector: Awaited<ReturnType<typeof startCollector>>
beforeEach(async () => {
  collector = await startCollector()
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url)
  vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'authorization=Bearer%20abc')
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment.name=test')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await collector.close()
})

async function world(change: Partial<TelemetryOptions> = {}) {
  const log = createMemoryRunLog({ clock: { now: () => BASE } })
  const graphHash = await log.saveGraph(graph)
  const lines: LogEntry[] = []
  const telemetry = createTelemetry({ options: { ...options, ...change }, version: '1.2.3', log, logger: (line) => void lines.push(line), now: () => BASE + 10_000 })
  return {
    telemetry, lines,
    /** Facts are a second apart. */
    end(id: string, facts: readonly RunFact[], origin?: object, trace?: object) {
      const all = [{ type: 'run.queued', workflowId: 'wf_1', workflowName: 'Pipeline', version: 3, graphHash, input: null, priority: 5, ...(origin && { origin }), ...(trace && { trace }) } as RunFact, { type: 'run.started' } as const, ...facts]
      const run = foldRun(emptyRun, all.map((fact, index): RunEvent => ({ ...fact, seq: index + 1, recordedAt: BASE + index * 1_000 })))
      telemetry.tell([{ summary: summaryOf(id as RunId, run), run }])
    },
  }
}

const whole: RunFact[] = [
  started('call', 1, { method: 'POST', url: 'https://user@api.test/x?token=secret', headers: [] }), { type: 'step.retrying', nodeId: 'call', attempt: 1, error, at: BASE + 4_000 }, started('call', 2),
  { type: 'step.completed', nodeId: 'call', attempt: 2, output: { status: 201, headers: {}, body: 'x' } },
  started('m'), started('m[0].each', 1, prompt), answered('m[0].each'), { type: 'step.completed', nodeId: 'm', attempt: 1, output: [] },
  started('say', 1, prompt), answered('say'), { type: 'run.completed', output: null },
]

test('a run is a trace that a strict collector takes: its steps as they enclose each other, its calls by the GenAI conventions', async () => {
  const { telemetry, end } = await world()
  end('run_a', whole)
  await telemetry.close()
  expect(collector.faults).toEqual([])
  const byName = new Map(collector.spans.map((span) => [span.name, span]))
  const parents = collector.spans.map((span) => [span.name, collector.spans.find((other) => other.spanId === span.parentSpanId)?.name])
  expect(parents).toEqual(expect.arrayContaining([
    ['invoke_workflow Pipeline', undefined], ['http Call', 'invoke_workflow Pipeline'], ['POST', 'http Call'], ['map Pages', 'invoke_workflow Pipeline'],
    ['invoke_agent Each page', 'map Pages'], ['chat llama', 'invoke_agent Each page'], ['invoke_agent Speaker', 'invoke_workflow Pipeline'], ['chat llama', 'invoke_agent Speaker'],
  ]))
  expect(parents.filter(([name]) => name === 'POST')).toHaveLength(2)
  expect(new Set(collector.spans.map((span) => span.traceId))).toEqual(new Set([traceIdOf('run_a')]))
  const chat = collector.spans.find((span) => span.spanId === spanIdOf('run_a', 'say', 1))!
  expect(chat.kind).toBe(3)
  expect(chat.attributes).toMatchObject({
    'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'vllm', 'gen_ai.request.model': 'llama', 'gen_ai.request.max_tokens': 5, 'gen_ai.request.temperature': 0.2, 'gen_ai.usage.input_tokens': 120, 'gen_ai.usage.output_tokens': 30,
    'gen_ai.usage.cache_read.input_tokens': 64, 'gen_ai.response.time_to_first_chunk': 0.5, 'server.address': '10.0.0.5', 'server.port': 8000, 'heddle.route.policy': 'flow',
  })
  expect(byName.get('invoke_workflow Pipeline')).toMatchObject({ attributes: { 'gen_ai.operation.name': 'invoke_workflow', 'gen_ai.workflow.name': 'Pipeline', 'heddle.run.id': 'run_a' }, resource: { 'service.name': 'heddle', 'service.version': '1.2.3', 'deployment.environment.name': 'test' }, startMs: BASE, endMs: BASE + 12_000 })
  const [first, second] = [1, 2].map((attempt) => collector.spans.find((span) => span.spanId === spanIdOf('run_a', 'call', attempt))!)
  expect(first).toMatchObject({ status: { code: 2, message: '' }, attributes: { 'error.type': 'HTTP_STATUS', 'http.request.method': 'POST', 'url.full': 'https://api.test/x', 'server.port': 443 } })
  expect(second).toMatchObject({ status: { code: 0 }, attributes: { 'http.response.status_code': 201 } })
  expect(collector.headers.every((given) => given.authorization === 'Bearer abc')).toBe(true)
})

test('texts of prompts, answers, errors and queries are told only where that is asked for', async () => {
  const quiet = await world()
  quiet.end('run_a', whole)
  quiet.end('run_b', [started('say', 1, prompt), { type: 'step.failed', nodeId: 'say', attempt: 1, error }, { type: 'run.failed', error }])
  await quiet.telemetry.close()
  expect(collector.spans.length).toBeGreaterThan(5)
  expect(JSON.stringify([collector.spans, collector.metrics])).not.toContain('secret')
  const open = await world({ content: true })
  open.end('run_c', whole)
  await open.telemetry.close()
  const chat = collector.spans.find((span) => span.spanId === spanIdOf('run_c', 'say', 1))!
  expect(JSON.parse(String(chat.attributes['gen_ai.input.messages']))).toEqual([{ role: 'user', parts: [{ type: 'text', content: 'a secret question' }] }])
  expect(JSON.parse(String(chat.attributes['gen_ai.output.messages']))).toMatchObject([{ role: 'assistant', parts: [{ type: 'text', content: 'a secret answer' }] }])
  expect(collector.faults).toEqual([])
})

test('metrics of calls are those of the conventions, without the id of a run', async () => {
  const { telemetry, end } = await world({ traces: false })
  end('run_a', whole)
  end('run_b', [started('say', 1, prompt), { type: 'step.failed', nodeId: 'say', attempt: 1, error }, { type: 'run.failed', error }])
  await telemetry.close()
  expect(collector.faults).toEqual([])
  expect(collector.spans).toEqual([])
  const points = (name: string) => collector.metrics.filter((metric) => metric.name === name).flatMap((metric) => metric.points.map((point) => ({ ...point, unit: metric.unit })))
  expect(points('gen_ai.client.operation.duration').map(({ count, unit, attributes }) => [count, unit, attributes['error.type']])).toEqual([[2, 's', undefined], [1, 's', 'HTTP_STATUS']])
  expect(points('gen_ai.client.token.usage').map(({ sum, unit, attributes }) => [attributes['gen_ai.token.type'], sum, unit])).toEqual([['input', 240, '{token}'], ['output', 60, '{token}']])
  expect(points('gen_ai.client.operation.time_to_first_chunk')[0]).toMatchObject({ count: 2, sum: 1 })
  expect(points('heddle.run.duration').map(({ attributes }) => attributes['heddle.run.status'])).toEqual(['completed', 'failed'])
  expect(JSON.stringify(collector.metrics)).not.toMatch(/run_[ab]/)
})

test('what a call carries is the span that is exported of it; by ratio, both or neither', async () => {
  const { telemetry, end } = await world({ sampler: { kind: 'ratio', ratio: 0.5 } })
  const runs = Array.from({ length: 60 }, (_, index) => `run_${index}`)
  for (const id of runs) end(id, [started('say', 1, prompt), answered('say'), { type: 'run.completed', output: null }])
  const told = runs.filter((runId) => telemetry.traceparent({ runId, key: 'say', attempt: 1 }).endsWith('-01'))
  await telemetry.close()
  const exported = new Set(collector.spans.map((span) => `00-${span.traceId}-${span.spanId}-01`))
  expect(told.length).toBeGreaterThan(10)
  expect(told.length).toBeLessThan(50)
  for (const runId of runs) expect(exported.has(traceparentOf({ runId, key: 'say', attempt: 1 }, true))).toBe(told.includes(runId))
  expect(telemetry.traceparent({ runId: 'run_0', key: 'say', attempt: 1 })).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/)
})

test('a run whose caller named a span stands in that one\'s trace, with all that it starts; whether it is told is the caller\'s choice', async () => {
  const { telemetry, end } = await world({ sampler: { kind: 'ratio', ratio: 0 } })
  const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', sampled: true }
  end('run_a', whole, undefined, trace)
  end('run_b', whole, undefined, { ...trace, sampled: false })
  end('run_c', whole, { kind: 'run', runId: 'run_a', nodeId: 'say', attempt: 1, callers: [] }, { ...trace, spanId: spanIdOf('run_a', 'say') })
  end('run_d', whole)
  await telemetry.close()
  expect(collector.faults).toEqual([])
  expect(new Set(collector.spans.map((span) => span.traceId))).toEqual(new Set([trace.traceId]))
  const roots = collector.spans.filter((span) => span.name === 'invoke_workflow Pipeline')
  expect(roots.map((span) => [span.spanId, span.parentSpanId])).toEqual([[spanIdOf('run_a'), trace.spanId], [spanIdOf('run_c'), spanIdOf('run_a', 'say')]])
  expect(roots[1]!.links).toMatchObject([{ traceId: trace.traceId, spanId: spanIdOf('run_a', 'say') }])
  expect(telemetry.traceparent({ runId: 'run_a', key: 'say', attempt: 1, trace })).toBe(`00-${trace.traceId}-${spanIdOf('run_a', 'say', 1)}-01`)
  expect(telemetry.traceparent({ runId: 'run_b', key: 'say', attempt: 1, trace: { ...trace, sampled: false } })).toMatch(/-00$/)
})

test('calls of programs outside are spans by the GenAI conventions inside of their caller\'s, and count in the metrics', async () => {
  const { telemetry } = await world()
  const caller = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', sampled: true }
  const call = { operation: 'chat' as const, model: 'llama', from: BASE, firstAt: BASE + 300, to: BASE + 1_000, status: 200, end: 'completed' as const, isStream: true, usage: { promptTokens: 120, completionTokens: 30, cachedTokens: 64 }, route: { ...route, requestId: 'r', instanceId: 'i', url: route.instance, attempts: 1, candidates: [] } }
  const begun = telemetry.calls!.begin(caller)
  begun.end(call)
  telemetry.calls!.begin({ ...caller, sampled: false }).end(call)
  const alone = telemetry.calls!.begin(undefined)
  alone.end({ ...call, model: 'whatever a stranger wrote', firstAt: undefined, status: 404, usage: undefined, route: undefined })
  await telemetry.close()
  expect(collector.faults).toEqual([])
  expect(collector.spans.map((span) => [span.name, `00-${span.traceId}-${span.spanId}-01`, span.parentSpanId])).toEqual([['chat llama', begun.traceparent, caller.spanId], ['chat', alone.traceparent, undefined]])
  expect(collector.spans[0]).toMatchObject({ kind: 3, traceId: caller.traceId, startMs: BASE, endMs: BASE + 1_000, attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'vllm', 'gen_ai.request.model': 'llama', 'gen_ai.usage.input_tokens': 120, 'gen_ai.usage.cache_read.input_tokens': 64, 'gen_ai.response.time_to_first_chunk': 0.3, 'server.address': '10.0.0.5', 'http.response.status_code': 200 } })
  expect(collector.spans[1]).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': '404' } })
  expect(JSON.stringify([collector.spans, collector.metrics])).not.toContain('stranger')
  // What is not sampled is counted all the same.
  expect(collector.metrics.filter(({ name }) => name === 'gen_ai.client.operation.duration').flatMap(({ points }) => points.map(({ count }) => count))).toEqual([2, 1])
})

test('a batch is a request that was served, with its calls inside', async () => {
  const { telemetry } = await world()
  const batch = telemetry.calls!.beginBatch({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', sampled: true })
  const call = { operation: 'chat' as const, model: 'llama', from: BASE, firstAt: BASE + 300, to: BASE + 1_000, status: 200, end: 'completed' as const, isStream: false, usage: undefined, route: { ...route, requestId: 'r', instanceId: 'i', url: route.instance, attempts: 1, candidates: [] } }
  for (const _ of ['a', 'b']) telemetry.calls!.begin(readTraceparent(batch.traceparent)).end(call)
  batch.end({ path: '/v1/batch', from: BASE, to: BASE + 2_000, status: 200, end: 'completed', asked: 2 })
  await telemetry.close()
  expect(collector.faults).toEqual([])
  const id = batch.traceparent.split('-')[2]
  expect(collector.spans.map(({ name, kind, spanId, parentSpanId }) => [name, kind, spanId === id, parentSpanId])).toEqual([['chat llama', 3, false, id], ['chat llama', 3, false, id], ['POST /v1/batch', 2, true, 'b7ad6b7169203331']])
  expect(collector.spans[0]!.attributes).toMatchObject({ 'heddle.route.policy': 'flow', 'heddle.route.queue_duration': 0.1, 'server.address': '10.0.0.5' })
  expect(collector.spans[2]!.attributes).toMatchObject({ 'http.request.method': 'POST', 'http.route': '/v1/batch', 'http.response.status_code': 200, 'heddle.batch.asked': 2 })
})

test('a call of an MCP tool is a client span: the one that the server was told', async () => {
  const { telemetry, end } = await world()
  end('run_m', [started('find', 1, { url: 'https://mcp.test:8443/mcp', tool: 'search', arguments: { q: 'secret' }, headers: [] }), { type: 'step.completed', nodeId: 'find', attempt: 1, output: { text: 'x', content: [] } }, { type: 'run.completed', output: null }])
  await telemetry.close()
  expect(collector.faults).toEqual([])
  const call = collector.spans.find(({ spanId }) => spanId === spanIdOf('run_m', 'find', 1))
  expect(call).toMatchObject({ name: 'tools/call search', kind: 3, parentSpanId: spanIdOf('run_m', 'find'), attributes: { 'mcp.method.name': 'tools/call', 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search', 'server.address': 'mcp.test', 'server.port': 8443 } })
  expect(JSON.stringify(collector.spans)).not.toContain('secret')
})

test('a tool that an agent calls over MCP is one span a try: that of the tool, which the server was told', async () => {
  const { telemetry, end } = await world()
  const asked = { url: 'https://mcp.test:8443/mcp', tool: 'search', arguments: { q: 'secret' }, headers: [] }
  end('run_t', [
    started('team'), started('team[0].model', 1, prompt), { type: 'step.completed', nodeId: 'team[0].model', attempt: 1, output: { text: '', toolCalls: [{ id: 'call_1', name: 'lookup', arguments: '{}' }], usage }, usage, route },
    started('team[0].lookup', 1, asked), { type: 'step.retrying', nodeId: 'team[0].lookup', attempt: 1, error, at: BASE + 7_000 }, started('team[0].lookup', 2, asked), { type: 'step.completed', nodeId: 'team[0].lookup', attempt: 2, output: { text: 'x', content: [] } },
    { type: 'step.completed', nodeId: 'team', attempt: 1, output: null }, { type: 'run.completed', output: null },
  ] as RunFact[])
  await telemetry.close()
  expect(collector.faults).toEqual([])
  const calls = collector.spans.filter(({ attributes }) => attributes['gen_ai.operation.name'] === 'execute_tool')
  expect(calls).toMatchObject([1, 2].map((attempt) => ({
    name: 'execute_tool lookup', kind: 3, spanId: spanIdOf('run_t', 'team[0].lookup', attempt), parentSpanId: spanIdOf('run_t', 'team'),
    attributes: { 'gen_ai.tool.name': 'lookup', 'gen_ai.tool.call.id': 'call_1', 'mcp.method.name': 'tools/call', 'server.address': 'mcp.test', 'heddle.step.attempt': attempt },
  })))
  expect(calls).toHaveLength(2)
  expect(calls[0]!.attributes['error.type']).toBe('HTTP_STATUS')
  expect(collector.spans.filter(({ spanId }) => spanId === spanIdOf('run_t', 'team[0].lookup'))).toEqual([])
})

test('a run of another run says which step it is of, and more spans than the line holds all arrive', async () => {
  const { telemetry, end } = await world()
  end('run_b', [...Array.from({ length: 3_000 }, (_, index) => [started(`m[${index}].each`, 1, prompt), answered(`m[${index}].each`)]).flat(), { type: 'run.completed', output: null }], { kind: 'run', runId: 'run_a', nodeId: 'sub', attempt: 1, callers: [] })
  await telemetry.close()
  expect([collector.spans.length, collector.faults]).toEqual([6_001, []])
  expect(collector.spans.find((span) => span.parentSpanId === undefined)!.links).toMatchObject([{ traceId: traceIdOf('run_a'), spanId: spanIdOf('run_a', 'sub') }])
})

test('a collector that refuses is said, and holds up nothing', async () => {
  collector.refuse(400)
  const { telemetry, end, lines } = await world({ metrics: false })
  end('run_a', whole)
  await expect.poll(() => lines.map((line) => `${line.level} ${line.component}`)).toContain('WARNING telemetry')
  const before = lines.length
  end('run_b', whole)
  await telemetry.close()
  expect(lines.length).toBeGreaterThan(before)
})
