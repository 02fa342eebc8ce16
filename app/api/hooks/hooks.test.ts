import { createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunFact, RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { dataChain } from '@/domain/template/data-chain'
import { createManualClock, type ManualClock } from '@/server/adapters/memory/manual-clock'
import { createNoRetention } from '@/server/adapters/memory/memory-retained'
import { createRunFeed } from '@/server/adapters/memory/run-feed'
import { createRandomIds } from '@/server/adapters/system/random-ids'
import { openStore, type Store } from '@/server/adapters/prisma/open-store'
import { provideAppContext } from '@/server/boot/app-context'
import { createUseCases } from '@/server/boot/use-cases'
import type { HookWithSecret } from '@/wire/triggers'
import { POST as makeHook } from '../workflows/[id]/hooks/route'
import { DELETE as removeHook, GET as readHook, POST as callHook, PUT as changeHook } from './[id]/route'
import { GET as readDeliveries } from './[id]/deliveries/route'
import { POST as rotate } from './[id]/rotate/route'
import { createQuietDeps } from '@/server/usecases/quiet-deps.suite'

/** The real store and the real routes; time is in the test's hand, and so is the end of a run. */
let dataDir: string
let store: Store
let clock: ManualClock
let feed: ReturnType<typeof createRunFeed>
let logged: unknown[]
let workflowId: string

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'heddle-hooks-'))
  clock = createManualClock()
  store = await openStore({ dataDir, migrationsDir: join(import.meta.dirname, '../../../prisma/migrations/sqlite'), clock })
  feed = createRunFeed()
  logged = []
  const logger = (line: unknown) => void logged.push(line)
  const useCases = createUseCases({ ...createQuietDeps(clock), ...store, retention: { ...createNoRetention(), ...store }, feed, logger, ids: createRandomIds() })
  provideAppContext({ useCases, logger })
  workflowId = (await useCases.workflows.create({ kind: 'local' }, { name: 'W', graph: dataChain.graph })).id
})
afterEach(async () => {
  await store.close()
  rmSync(dataDir, { recursive: true })
})

type Handler = (request: Request, context: { params: Promise<{ id: string }> }) => Promise<Response>
const send = (handler: Handler, id: string, method: string, body?: string, headers: Record<string, string> = {}, signal?: AbortSignal) =>
  handler(new Request('http://127.0.0.1/api/x', { method, headers: { 'content-type': 'application/json', ...headers }, ...(body !== undefined && { body }), ...(signal && { signal }) }), { params: Promise.resolve({ id }) })
const make = async (wish: Record<string, unknown> = {}) => (await (await send(makeHook, workflowId, 'POST', JSON.stringify({ name: 'H', ...wish }))).json()) as HookWithSecret
const good = JSON.stringify(dataChain.exampleInput)
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })
const call = async (hook: HookWithSecret, body = good, headers: Record<string, string> = bearer(hook.secret)) => {
  const response = await send(callHook, hook.id, 'POST', body, headers)
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body: (await response.json()) as Record<string, unknown> }
}
const deliveriesOf = async (id: string) => ((await (await send(readDeliveries, id, 'GET')).json()) as { items: Record<string, unknown>[] }).items
const runs = async () => (await store.runLog.list({})).items

/** What the engine would do. */
async function end(runId: string, fact: RunFact) {
  const events = await store.runLog.read(runId as RunId)
  feed.publish(runId, await store.runLog.append(runId as RunId, [fact], events.length, (added) => foldRun(emptyRun, [...events, ...added])))
}
async function until(what: () => Promise<boolean> | boolean) {
  while (!(await what())) await new Promise((resolve) => setImmediate(resolve))
}

describe('a call of a webhook', () => {
  test('starts a run with the body as its input, and is answered at once', async () => {
    const hook = await make({ priority: 8 })
    const { status, body } = await call(hook, good, { ...bearer(hook.secret), 'x-github-delivery': 'd-1' })
    expect([status, body]).toEqual([202, { id: expect.stringMatching(/^run_/) as unknown, status: 'queued', duplicate: false }])
    expect(await runs()).toMatchObject([{ id: body.id, priority: 8, origin: { kind: 'webhook', hookId: hook.id, name: 'H', delivery: 'd-1' } }])
    expect((await store.runLog.read(body.id as RunId))[0]).toMatchObject({ input: dataChain.exampleInput })
    expect(await deliveriesOf(hook.id)).toMatchObject([{ deliveryId: 'd-1', status: 202, code: null, runId: body.id, bytes: good.length }])
  })

  test.each(['x-heddle-signature', 'x-hub-signature-256'])('is proven by a signature of its body in %s', async (header) => {
    const hook = await make()
    const signature = `sha256=${createHmac('sha256', hook.signingKey).update(good).digest('hex')}`
    expect((await call(hook, good, { [header]: signature })).status).toBe(202)
    expect((await call(hook, `${good} `, { [header]: signature })).status).toBe(401)
    // The secret itself is no key, and the key no secret.
    expect((await call(hook, good, { [header]: `sha256=${createHmac('sha256', hook.secret).update(good).digest('hex')}` })).status).toBe(401)
    expect((await call(hook, good, bearer(hook.signingKey))).status).toBe(401)
    expect(await runs()).toHaveLength(1)
  })

  test('without a proof, or with a wrong one, starts nothing', async () => {
    const [hook, other] = [await make(), await make()]
    const wrong: Record<string, string>[] = [{}, bearer(''), bearer('x'), bearer(other.secret), bearer(`${hook.secret}x`), { authorization: hook.secret }, { authorization: `Basic ${hook.secret}` }, { 'x-heddle-signature': '' }, { 'x-heddle-signature': `sha256=${'0'.repeat(64)}` }]
    for (const headers of wrong) expect(await call(hook, good, headers)).toMatchObject({ status: 401, body: { code: 'WRONG_SECRET' } })
    expect(await runs()).toEqual([])
    expect(await deliveriesOf(hook.id)).toHaveLength(wrong.length)
  })

  test('of one delivery that comes again, or twice at once, names the same run', async () => {
    const hook = await make()
    const headers = { ...bearer(hook.secret), 'x-heddle-delivery': 'd-1' }
    const [a, b] = await Promise.all([call(hook, good, headers), call(hook, good, headers)])
    const again = await call(hook, '{"rows":"no longer looked at"}', headers)
    expect(new Set([a.body.id, b.body.id, again.body.id]).size).toBe(1)
    expect(again).toMatchObject({ status: 202, body: { duplicate: true } })
    expect(await runs()).toHaveLength(1)
    expect((await call(hook, good, { ...bearer(hook.secret), 'x-heddle-delivery': 'd-2' })).body.id).not.toBe(a.body.id)
    expect((await call(await make(), good, headers)).status).toBe(401)
  })

  test('refused is not remembered: mended, the same delivery runs', async () => {
    const hook = await make()
    const headers = { ...bearer(hook.secret), 'x-heddle-delivery': 'd-1' }
    expect((await call(hook, '{"rows":7}', headers)).status).toBe(422)
    expect((await call(hook, good, headers)).status).toBe(202)
  })

  test.each<[string, string, Record<string, string>, number, string]>([
    ['a body that is not JSON', '{"rows":', {}, 400, 'NOT_JSON'],
    ['another type', good, { 'content-type': 'text/plain' }, 400, 'NOT_JSON'],
    ['an input that does not fit', '{"rows":7}', {}, 422, 'INVALID_INPUT'],
    ['no body, where one is needed', '', {}, 422, 'INVALID_INPUT'],
    ['lists in lists', `{"rows":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, {}, 422, 'NESTED_TOO_DEEP'],
    ['more than it takes', `{"rows":"${'x'.repeat(20_000)}"}`, {}, 413, 'BODY_TOO_LARGE'],
    ['a delivery id that is none', good, { 'x-heddle-delivery': 'a b' }, 400, 'INVALID_DELIVERY_ID'],
    ['one that is too long', good, { 'x-heddle-delivery': 'x'.repeat(201) }, 400, 'INVALID_DELIVERY_ID'],
  ])('with %s is refused in order', async (_what, body, headers, status, code) => {
    const hook = await make({ maxBytes: 16_384 })
    expect(await call(hook, body, { ...bearer(hook.secret), ...headers })).toMatchObject({ status, body: { code, hint: expect.stringMatching(/./) as unknown } })
    expect(await runs()).toEqual([])
    expect(await deliveriesOf(hook.id)).toMatchObject([{ status, code, runId: null }])
  })

  test('above its rate is told when to come back; calls that prove nothing do not count', async () => {
    const hook = await make({ perMinute: 2 })
    for (let count = 0; count < 5; count++) await call(hook, good, {})
    expect([(await call(hook)).status, (await call(hook)).status]).toEqual([202, 202])
    expect(await call(hook)).toMatchObject({ status: 429, retryAfter: '30', body: { code: 'RATE_LIMITED' } })
    clock.advance(30_000)
    expect((await call(hook)).status).toBe(202)
  })

  test('a flood of wrong calls does not fill the store', async () => {
    const hook = await make()
    for (let count = 0; count < 40; count++) expect((await call(hook, good, {})).status).toBe(401)
    expect(await deliveriesOf(hook.id)).toHaveLength(10)
    expect(logged).toHaveLength(10)
  })

  test('that nobody knows, that is switched off, or was deleted', async () => {
    const hook = await make()
    expect(await call({ ...hook, id: 'hook_none' })).toMatchObject({ status: 404, body: { code: 'UNKNOWN_HOOK' } })
    await send(changeHook, hook.id, 'PUT', '{"enabled":false}')
    expect(await call(hook)).toMatchObject({ status: 410, body: { code: 'HOOK_OFF' } })
    await send(changeHook, hook.id, 'PUT', '{"enabled":true}')
    expect((await call(hook)).status).toBe(202)
    expect((await send(removeHook, hook.id, 'DELETE')).status).toBe(204)
    expect((await call(hook)).status).toBe(404)
  })
})

describe('a webhook that waits', () => {
  test('answers with the output of the run', async () => {
    const hook = await make({ waitMs: 10_000 })
    const answer = call(hook)
    await until(async () => (await runs()).length === 1)
    const [run] = await runs()
    await end(run!.id, { type: 'run.completed', output: { n: 1 } })
    expect(await answer).toMatchObject({ status: 200, body: { id: run!.id, status: 'completed', output: { n: 1 }, error: null } })
    expect(clock.waiting()).toEqual([])
  })

  test('answers with what went wrong', async () => {
    const hook = await make({ waitMs: 10_000 })
    const answer = call(hook)
    await until(async () => (await runs()).length === 1)
    await end((await runs())[0]!.id, { type: 'run.failed', error: { code: 'X', message: 'broke', retryable: false } })
    expect(await answer).toMatchObject({ status: 200, body: { status: 'failed', output: null, error: { code: 'X' } } })
  })

  test('names the run when it takes too long, and gives the output when asked again', async () => {
    const hook = await make({ waitMs: 10_000 })
    const headers = { ...bearer(hook.secret), 'x-heddle-delivery': 'd' }
    const answer = call(hook, good, headers)
    await until(() => clock.waiting().length === 1)
    clock.advance(10_000)
    const { status, body } = await answer
    expect([status, body.status]).toEqual([202, 'queued'])
    await end(body.id as string, { type: 'run.completed', output: 7 })
    expect(await call(hook, good, headers)).toMatchObject({ status: 200, body: { duplicate: true, output: 7 } })
  })

  test('stops waiting when the caller goes away', async () => {
    const hook = await make({ waitMs: 10_000 })
    const caller = new AbortController()
    const answer = send(callHook, hook.id, 'POST', good, bearer(hook.secret), caller.signal)
    await until(() => clock.waiting().length === 1)
    caller.abort()
    expect((await answer).status).toBe(202)
    expect(clock.waiting()).toEqual([])
  })
})

describe('the secret', () => {
  test('ends when another takes its place', async () => {
    const hook = await make()
    const next = (await (await send(rotate, hook.id, 'POST')).json()) as HookWithSecret
    expect(next.secret).not.toBe(hook.secret)
    expect((await call(hook)).status).toBe(401)
    expect((await call({ ...hook, secret: next.secret })).status).toBe(202)
  })

  test('is shown once, and is in no answer, log line or file after that', async () => {
    const hook = await make()
    expect(hook.secret).toMatch(/^whs_[\w-]{43}$/)
    await call(hook)
    await call(hook, good, { authorization: `Basic ${hook.secret}` })
    await call(hook, `{"secret":"x"`, bearer(hook.secret))
    const answers = await Promise.all([readHook, readDeliveries].map(async (read) => (await send(read, hook.id, 'GET')).text()))
    expect(answers[0]).toContain(hook.secret.slice(-4))
    for (const text of [...answers, JSON.stringify(logged)]) {
      expect(text).not.toContain(hook.secret)
      expect(text).not.toContain(hook.signingKey)
    }
    for (const file of ['heddle.db', 'heddle.db-wal']) expect(readFileSync(join(dataDir, file), 'latin1')).not.toContain(hook.secret)
  })
})
