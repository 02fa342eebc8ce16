import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dataChain } from '@/domain/template/data-chain'
import { createNoRetention } from '@/server/adapters/memory/memory-retained'
import { openStore } from '@/server/adapters/prisma/open-store'
import { provideAppContext } from '@/server/boot/app-context'
import { createUseCases } from '@/server/boot/use-cases'
import { POST as createRule } from './alert-rules/route'
import { PUT as updateRule } from './alert-rules/[id]/route'
import { POST as previewRule } from './alert-rules/preview/route'
import { GET as listAlerts } from './alerts/route'
import { POST as acknowledge } from './alerts/[id]/acknowledge/route'
import { POST as acknowledgeAll } from './alerts/acknowledge/route'
import { DELETE as unsilence, POST as silence } from './silences/route'
import { POST as startChain } from './chains/route'
import { GET as readLogs } from './logs/route'
import { POST as quickRun } from './workflow/route'
import { GET as listRuns } from './runs/route'
import { POST as answerApproval } from './runs/[id]/approvals/[nodeId]/route'
import { GET as readEvents } from './runs/[id]/events/route'
import { POST as forkRun } from './runs/[id]/fork/route'
import { GET as readRun } from './runs/[id]/route'
import { POST as saveSnapshot } from './runs/[id]/snapshots/route'
import { GET as listWorkflows, POST as createWorkflow } from './workflows/route'
import { POST as startRun } from './workflows/[id]/runs/route'
import { POST as publish } from './workflows/[id]/publish/route'
import { GET as readOperations, POST as appendOperations } from './workflows/[id]/operations/route'
import { PUT as updateWorkflow } from './workflows/[id]/route'
import { GET as listVersions } from './workflows/[id]/versions/route'
import { GET as readVersion } from './workflows/[id]/versions/[version]/route'
import { POST as validate } from './workflows/validate/route'
import { createQuietDeps } from '@/server/usecases/quiet-deps.suite'

type Handler<P> = (request: Request, context: { params: Promise<P> }) => Promise<Response>

/** The real store: what a database refuses, a store in memory lets pass. */
const dataDir = mkdtempSync(join(tmpdir(), 'heddle-api-'))
let store: Awaited<ReturnType<typeof openStore>>
const faults: unknown[] = []
let workflowId = ''
let runId = ''

beforeAll(async () => {
  const clock = { now: () => 1_000, wakeAt: () => () => undefined }
  store = await openStore({ dataDir, migrationsDir: join(import.meta.dirname, '../../prisma/migrations/sqlite'), clock })
  const useCases = createUseCases({ ...createQuietDeps(clock), ...store, retention: { ...createNoRetention(), ...store } })
  provideAppContext({ useCases, logger: (line) => void (line.level === 'ERROR' && faults.push(line)) })
  workflowId = (await json(createWorkflow, { name: 'W', graph: dataChain.graph })).id as string
  runId = (await json(startRun, { input: dataChain.exampleInput }, { id: workflowId })).id as string
})
afterAll(async () => {
  await store.close()
  rmSync(dataDir, { recursive: true })
})

const post = <P>(handler: Handler<P>, text: string, params?: P, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  handler(new Request('http://127.0.0.1/api/x', { method: 'POST', body: text, headers }), { params: Promise.resolve(params ?? ({} as P)) })
const get = <P>(handler: Handler<P>, query: string, params?: P) => handler(new Request(`http://127.0.0.1/api/x${query}`), { params: Promise.resolve(params ?? ({} as P)) })
const json = async <P>(handler: Handler<P>, body: unknown, params?: P) => (await (await post(handler, JSON.stringify(body), params)).json()) as Record<string, unknown>

/** A refusal is a problem with a hint, and leaves no fault in the server's log. */
async function refused(response: Response): Promise<number> {
  expect(faults.splice(0)).toEqual([])
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await response.json()).toMatchObject({ status: response.status, code: expect.any(String) as unknown, hint: expect.stringMatching(/./) as unknown })
  return response.status
}

const deep = (open: string, close: string, depth = 200_000) => open.repeat(depth) + close.repeat(depth)
const BIGGEST = Number.MAX_SAFE_INTEGER

describe('a body that cannot be taken', () => {
  test.each([
    ['not JSON', '{"input":', 400],
    ['another type', 'input=1', 400, { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a list', '[]', 422],
    ['an unknown field', '{"inputs": {}}', 422],
    ['larger than 8 MiB', `{"input":"${'x'.repeat(8 * 1024 * 1024)}"}`, 413],
    ['an input over 1 MiB', `{"input":"${'x'.repeat(1024 * 1024)}"}`, 413],
    ['lists in lists', `{"input":${deep('[', ']')}}`, 422],
    ['objects in objects', `{"input":${deep('{"a":', '}').replace('}', '1}')}}`, 422],
    ['a version that no column holds', `{"input":{"rows":[]},"version":${BIGGEST}}`, 404],
  ])('%s', async (_what, text, status, headers?: Record<string, string>) => {
    expect(await refused(await post(startRun, text, { id: workflowId }, headers))).toBe(status)
    expect((await store.runLog.list({})).items).toHaveLength(1)
  })

  test('bytes that are not UTF-8', async () => {
    const request = new Request('http://127.0.0.1/api/x', { method: 'POST', body: new Uint8Array([0x22, 0xff, 0x22]), headers: { 'content-type': 'application/json' } })
    expect(await refused(await startRun(request, { params: Promise.resolve({ id: workflowId }) }))).toBe(400)
  })

  test.each([
    ['a chain', startChain], ['a workflow', createWorkflow], ['a quick run', quickRun],
  ])('nested too deep for %s', async (_what, handler) => {
    expect(await refused(await post(handler as Handler<object>, deep('[', ']')))).toBe(422)
  })
})

test('lists in lists up to the limit are data like any other', async () => {
  expect((await post(validate, `{"graph":${deep('[', ']', 200)}}`)).status).toBe(200)
  expect(await refused(await post(validate, `{"graph":${deep('[', ']', 300)}}`))).toBe(422)
})

test('the quick call names a workflow or a template, not both', async () => {
  expect(await refused(await post(quickRun, JSON.stringify({ workflowId, template: 'four-agents', input: {} })))).toBe(422)
})

describe('edits of a draft', () => {
  const change = { graph: { nodes: [], edges: [] } }
  test.each([
    ['no operations', { revision: 1, operations: [] }, 422], ['more than 200', { revision: 1, operations: Array.from({ length: 201 }, () => ({ id: 'x', change })) }, 422],
    ['a revision that is gone', { revision: 7, operations: [{ id: 'x', change }] }, 409], ['an unknown field', { revision: 1, operations: [{ id: 'x', change: { ...change, graph: { ...change.graph, x: 1 } } }] }, 422],
    ['a node that is none', { revision: 1, operations: [{ id: 'x', change: { graph: { nodes: [{ id: 'n', do: 'add', at: 0, item: { id: 'n', type: 'teleport', name: 'N', position: { x: 0, y: 0 } } }], edges: [] } } }] }, 422],
  ])('%s', async (_what, body, status) => {
    expect(await refused(await post(appendOperations, JSON.stringify(body), { id: workflowId }))).toBe(status)
    expect((await store.workflows.find(workflowId))?.revision).toBe(1)
  })
  test('of a workflow that is not there, or larger than 8 MiB', async () => {
    expect(await refused(await post(appendOperations, JSON.stringify({ revision: 1, operations: [{ id: 'x', change }] }), { id: 'wf_none' }))).toBe(404)
    expect(await refused(await get(readOperations, '?after=0', { id: 'wf_none' }))).toBe(404)
    expect(await refused(await get(readOperations, '?after=-1', { id: workflowId }))).toBe(422)
    expect(await refused(await post(appendOperations, `{"revision":1,"operations":"${'x'.repeat(8 * 1024 * 1024)}"}`, { id: workflowId }))).toBe(413)
  })
})

describe('alerts', () => {
  const rule = { name: 'R', metric: 'workflow.failureRate', is: 'above', threshold: 0.3, windowMs: 60_000, severity: 'warning' }
  test.each([
    ['no fields', {}], ['a metric that is not measured', { ...rule, metric: 'moon.phase' }], ['a window of no length', { ...rule, windowMs: 0 }], ['a threshold that is no number', { ...rule, threshold: 'x' }],
    ['a node of a workflow figure', { ...rule, filter: { nodeId: 'n' } }], ['an address that is none', { ...rule, delivery: [{ kind: 'webhook', url: 'file:///etc/passwd' }] }],
    ['a short secret', { ...rule, delivery: [{ kind: 'webhook', url: 'https://x.test', secret: 'short' }] }], ['one address twice', { ...rule, delivery: [{ kind: 'slack', url: 'https://x.test' }, { kind: 'webhook', url: 'https://x.test' }] }],
  ])('a rule with %s', async (_what, body) => {
    expect(await refused(await post(createRule, JSON.stringify(body)))).toBe(422)
    expect(await store.alerts.rules()).toEqual([])
  })
  test.each(['rule_none', 'constructor', 'x'.repeat(500)])('the rule or alert %s', async (id) => {
    expect(await refused(await post(updateRule as Handler<{ id: string }>, JSON.stringify(rule), { id }))).toBe(404)
    expect(await refused(await post(acknowledge, '', { id }))).toBe(404)
    expect(await refused(await post(silence, JSON.stringify({ ruleId: id.slice(0, 100), durationMs: 60_000 })))).toBe(404)
    expect(await refused(await get(unsilence, `?id=${id.slice(0, 100)}`))).toBe(404)
  })
  test('what is asked of them', async () => {
    expect(await refused(await get(listAlerts, '?show=all'))).toBe(422)
    expect(await refused(await get(listAlerts, '?cursor=x'))).toBe(400)
    expect(await refused(await get(unsilence, ''))).toBe(422)
    expect(await refused(await post(acknowledgeAll, '{"ids":[]}'))).toBe(422)
    expect(await refused(await post(acknowledgeAll, JSON.stringify({ ids: Array.from({ length: 501 }, (_, at) => `alert_${at}`) })))).toBe(422)
    expect(await json(acknowledgeAll, { ids: ['alert_none', 'constructor'] })).toEqual({ items: [], nextCursor: null })
    const { name: _name, ...measured } = rule
    expect(await refused(await post(previewRule, JSON.stringify({ rule: measured, hours: 1_000 })))).toBe(422)
    expect(await json(previewRule, { rule: measured })).toMatchObject({ series: [], leftOut: 0 })
  })
})

describe('the header Idempotency-Key', () => {
  const call = (body: unknown, key: string) => post(startRun, JSON.stringify(body), { id: workflowId }, { 'content-type': 'application/json', 'Idempotency-Key': key })
  const idOf = async (answer: Promise<Response>) => ((await (await answer).json()) as { id: string }).id
  const body = { input: dataChain.exampleInput }

  test('names the run it started the first time, as the field of the body does', async () => {
    const id = await idOf(call(body, 'once'))
    expect(await idOf(call(body, 'once'))).toBe(id)
    expect(await idOf(call({ ...body, idempotencyKey: 'once' }, 'once'))).toBe(id)
    expect((await json(startRun, { ...body, idempotencyKey: 'once' }, { id: workflowId })).id).toBe(id)
    expect(await idOf(call(body, 'twice'))).not.toBe(id)
  })
  test('with another body', async () => {
    const answer = await call({ ...body, priority: 9 }, 'once')
    expect(await answer.clone().json()).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
    expect(await refused(answer)).toBe(422)
  })
  test('beside another key in the body', async () => expect(await refused(await call({ ...body, idempotencyKey: 'other' }, 'once'))).toBe(422))
  test('longer than any key', async () => expect(await refused(await call(body, 'x'.repeat(201)))).toBe(422))
})

describe('numbers and places outside what is stored', () => {
  test('a revision that never was', async () => expect(await refused(await post(updateWorkflow, JSON.stringify({ name: 'x', revision: BIGGEST }), { id: workflowId }))).toBe(409))
  test.each(['not-ours', `${'9'.repeat(290)}.x`, '.', '1.'])('the cursor %s', async (cursor) => {
    for (const list of [listRuns, listWorkflows]) {
      const answer = await get(list as Handler<object>, `?cursor=${cursor}`)
      if (answer.ok) expect(faults.splice(0)).toEqual([])
      else expect(await refused(answer)).toBe(400)
    }
  })
  test.each(['?limit=0', '?limit=x', '?limit=1e9', '?status=lost', '?unknown=1'])('the list %s', async (query) => expect(await refused(await get(listRuns, query))).toBe(422))
  test('a seq behind the end has no events', async () => {
    const answer = await get(readEvents, `?after=${BIGGEST}`, { id: runId })
    expect([answer.status, await answer.text()]).toEqual([200, ''])
  })
  test('a log id behind the end has no lines', async () => expect(await (await get(readLogs, `?after=${BIGGEST}`)).json()).toEqual({ items: [], nextCursor: null }))
  test('a snapshot behind the end is one of now', async () => expect(await json(saveSnapshot, { name: 'now', seq: BIGGEST }, { id: runId })).toMatchObject({ seq: 1 }))
})

describe('names that are not there', () => {
  test.each(['run_none', 'none', `run_${'x'.repeat(500)}`, 'run_\u0000', '..', 'constructor'])('the run %s', async (id) => {
    expect(await refused(await get(readRun, '', { id }))).toBe(404)
    expect(await refused(await get(readEvents, '', { id }))).toBe(404)
    expect(await refused(await post(forkRun, '{"fromNode":"input"}', { id }))).toBe(404)
  })
  test.each(['%', '%zz', 'a%2'])('an approval of the step %s', async (nodeId) => {
    const answer = await post(answerApproval, '{"decision":"approve"}', { id: runId, nodeId })
    expect(faults.splice(0)).toEqual([])
    // Whether a step waits for an answer is the engine's to say; here one stands in that takes any.
    expect(await answer.json()).toMatchObject({ nodeId })
  })
})

test('a version keeps its note and its graph, whatever becomes of the draft', async () => {
  const { id } = (await json(createWorkflow, { name: 'V', graph: dataChain.graph })) as { id: string }
  expect(await json(publish, { note: ' First ' }, { id })).toEqual({ version: 1 })
  await updateWorkflow(new Request('http://127.0.0.1/api/x', { method: 'PUT', body: JSON.stringify({ revision: 1, graph: { nodes: dataChain.graph.nodes.slice(0, 1), edges: [] } }), headers: { 'content-type': 'application/json' } }), { params: Promise.resolve({ id }) })
  // The contract's publish: no body at all.
  expect(await (await publish(new Request('http://127.0.0.1/api/x', { method: 'POST' }), { params: Promise.resolve({ id }) })).json()).toEqual({ version: 2 })
  expect(await (await get(listVersions, '', { id })).json()).toMatchObject({ items: [{ version: 1, note: 'First' }, { version: 2, note: '' }], nextCursor: null })
  expect(await (await get(readVersion, '', { id, version: '1' })).json()).toMatchObject({ version: 1, note: 'First', graph: dataChain.graph })
  expect(await refused(await get(readVersion, '', { id, version: '3' }))).toBe(404)
  for (const version of ['0', '1.5', 'draft', '__proto__']) expect(await refused(await get(readVersion, '', { id, version }))).toBe(422)
  expect(await refused(await post(publish, JSON.stringify({ note: 'x'.repeat(2_001) }), { id }))).toBe(422)
})
