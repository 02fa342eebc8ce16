import { request as rawRequest } from 'node:http'
import { expect, test, type APIRequestContext } from '@playwright/test'

type Problem = { code: string; hint: string; detail: string; issues?: { path: string; message: string }[] }

const node = (id: string, type: string, config: Record<string, unknown> = {}) => ({ id, type, name: id, position: { x: 0, y: 0 }, config })
const edge = (source: string, target: string) => ({ id: `${source}-${target}`, source, target })
const plain = { nodes: [node('start', 'input'), node('end', 'output', { value: 'input' })], edges: [edge('start', 'end')] }

async function makeWorkflow(request: APIRequestContext, graph: unknown): Promise<{ id: string; revision: number }> {
  const reply = await request.post('/api/workflows', { data: { name: 'Bad input', graph } })
  expect(reply.status()).toBe(201)
  return (await reply.json()) as { id: string; revision: number }
}

async function expectProblem(reply: { status(): number; headers(): Record<string, string>; json(): Promise<unknown> }, status: number, code: string): Promise<Problem> {
  expect(reply.status()).toBe(status)
  expect(reply.headers()['content-type']).toContain('application/problem+json')
  const problem = (await reply.json()) as Problem
  expect(problem.code).toBe(code)
  expect(problem.hint.length).toBeGreaterThan(5)
  return problem
}

test.afterEach(async ({ request }) => {
  const reply = await request.get('/api/health')
  expect(((await reply.json()) as { status: string }).status).toBe('ok')
  // A call on a connection that the server is about to close would fail with no fault of the caller.
  expect(reply.headers()['keep-alive']).toBe('timeout=75')
})

test('a graph with a circle is kept as a draft, named when checked, and refused as a run', async ({ request }) => {
  const graph = { nodes: [node('a', 'transform', { expression: 'input' }), node('b', 'transform', { expression: 'input' })], edges: [edge('a', 'b'), edge('b', 'a')] }
  const checked = (await (await request.post('/api/workflows/validate', { data: { graph } })).json()) as { valid: boolean; issues: { code: string; message: string }[] }
  expect(checked.valid).toBe(false)
  expect(checked.issues.map((issue) => issue.code)).toContain('CYCLE')
  const { id } = await makeWorkflow(request, graph)
  const problem = await expectProblem(await request.post(`/api/workflows/${id}/runs`, { data: { input: {} } }), 422, 'INVALID_GRAPH')
  expect(problem.issues?.some((issue) => issue.message.includes('circle'))).toBe(true)
  const runs = (await (await request.get(`/api/runs?workflowId=${id}`)).json()) as { items: unknown[] }
  expect(runs.items).toEqual([])
})

test('an unknown node type, a stale revision and a wrong field change nothing', async ({ request }) => {
  const { id, revision } = await makeWorkflow(request, plain)
  const unknownType = { ...plain, nodes: [...plain.nodes, node('x', 'teleport')] }
  const problem = await expectProblem(await request.put(`/api/workflows/${id}`, { data: { graph: unknownType, revision } }), 422, 'INVALID_BODY')
  expect(problem.issues?.[0]?.path).toContain('graph.nodes.2.type')
  await expectProblem(await request.put(`/api/workflows/${id}`, { data: { name: 'x', revision: revision + 7 } }), 409, 'STALE_REVISION')
  await expectProblem(await request.put(`/api/workflows/${id}`, { data: { nmae: 'x', revision } }), 422, 'INVALID_BODY')
  const after = (await (await request.get(`/api/workflows/${id}`)).json()) as { graph: unknown; revision: number; name: string }
  expect(after).toMatchObject({ graph: plain, revision, name: 'Bad input' })
})

test('a prompt of 10 MB and a body that is not JSON are refused', async ({ request }) => {
  const big = { nodes: [node('a', 'agent', { prompt: 'x'.repeat(10 * 1024 * 1024) })], edges: [] }
  await expectProblem(await request.post('/api/workflows', { data: { name: 'Big', graph: big } }), 413, 'BODY_TOO_LARGE')
  await expectProblem(await request.post('/api/workflows', { data: Buffer.from('{"name": nope'), headers: { 'content-type': 'application/json' } }), 400, 'NOT_JSON')
})

test('unknown ids are 404 everywhere', async ({ request }) => {
  for (const path of ['/api/workflows/wf_none', '/api/runs/run_none', '/api/runs/run_none/events', '/api/runs/run_none/graph', '/api/snapshots/snap_none', '/api/nothing']) {
    const reply = await request.get(path)
    expect(reply.status(), path).toBe(404)
    expect(((await reply.json()) as Problem).hint.length, path).toBeGreaterThan(5)
  }
  expect((await request.post('/api/runs/run_none/cancel')).status()).toBe(404)
  expect((await request.post('/api/runs/run_none/fork', { data: { fromNode: 'a' } })).status()).toBe(404)
})

test('a template that loops is stopped, and the run says so', async ({ request }) => {
  const graph = {
    nodes: [node('start', 'input'), node('loop', 'agent', { prompt: '{% for i in (1..100000000) %}{% for j in (1..100000000) %}x{% endfor %}{% endfor %}', retry: { maxAttempts: 1 } }), node('end', 'output', { value: 'steps.loop.output' })],
    edges: [edge('start', 'loop'), edge('loop', 'end')],
  }
  const { id } = await makeWorkflow(request, graph)
  const run = (await (await request.post(`/api/workflows/${id}/runs`, { data: { input: {} } })).json()) as { id: string }
  const read = async () => (await (await request.get(`/api/runs/${run.id}`)).json()) as { status: string; error: { code: string; message: string } | null; steps: Record<string, { error: { code: string; hint?: string } | null }> }
  await expect.poll(async () => (await read()).status).toBe('failed')
  const failed = await read()
  expect(failed.steps.loop?.error?.code).toMatch(/TEMPLATE/)
  expect(failed.steps.loop?.error?.hint).toBeTruthy()
})

/** fetch and Playwright set Host and Origin themselves. */
function statusWith(baseURL: string, path: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const url = new URL(path, baseURL)
    const call = rawRequest({ host: url.hostname, port: url.port, path: url.pathname + url.search, method, headers }, (reply) => {
      reply.resume()
      resolve(reply.statusCode ?? 0)
    })
    call.once('error', reject)
    call.end()
  })
}

test('another site can neither call nor listen', async ({ baseURL }) => {
  const { host } = new URL(baseURL!)
  expect(await statusWith(baseURL!, '/api/workflows', { host, origin: 'http://evil.example' }, 'POST')).toBe(403)
  expect(await statusWith(baseURL!, '/v1/models', { host, origin: 'http://evil.example' })).toBe(403)
  expect(await statusWith(baseURL!, '/api/workflows', { host: 'evil.example:3000' })).toBe(403)
  expect(await statusWith(baseURL!, '/live/?EIO=4&transport=polling', { host, origin: 'http://evil.example' })).toBe(403)
  expect(await statusWith(baseURL!, '/api/health', { host })).toBe(200)
})
