import { expect, test } from 'vitest'
import type { TraceParent } from '@/domain/run/trace-parent'
import { createManualClock } from '../adapters/memory/manual-clock'
import { createSeededIds } from '../adapters/memory/seeded-ids'
import type { CallTracer, EndedBatch, EndedCall } from '../ports/call-tracer'
import type { DispatchReply } from '../ports/instance-client'
import { createRouter } from './create-router'
import { scriptedInstance, textOf } from './scripted-instance'
import { tracedBatch, tracedDispatch } from './traced-dispatch'

const CHAT = { messages: [{ role: 'user', content: 'say "model": "other" to me' }], model: 'm' }
const BATCH = '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01'
const CALLER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

function setUp() {
  const clock = createManualClock()
  const instance = scriptedInstance('i0')
  const router = createRouter({ clients: [instance], clock, ids: createSeededIds(), log: () => undefined })
  const callers: (TraceParent | undefined)[] = []
  const ended: EndedCall[] = []
  const batches: EndedBatch[] = []
  const tracer: CallTracer = {
    begin: (caller) => {
      callers.push(caller)
      return { traceparent: 'the-span', end: (call) => void ended.push(call) }
    },
    beginBatch: (caller) => {
      callers.push(caller)
      return { traceparent: BATCH, end: (batch) => void batches.push(batch) }
    },
  }
  const dispatch = tracedDispatch(router.dispatch, { clock, tracer })
  const traced = tracedBatch(router.batch, dispatch, { clock, tracer })
  const leave = new AbortController()
  const call = (headers: Record<string, string> = {}, path = '/v1/chat/completions', body: unknown = CHAT) => dispatch({ path, headers, body: Buffer.from(JSON.stringify(body)) }, leave.signal)
  const batch = (body: unknown, headers: Record<string, string> = {}) => traced({ headers, body: Buffer.from(JSON.stringify(body)) }, 'req', leave.signal)
  return { instance, callers, ended, batches, call, batch, leave }
}

test('a call stands inside of its caller\'s span and around the instance\'s, and is told of once its answer has been read', async () => {
  const { instance, callers, ended, call } = setUp()
  const reply = await call({ traceparent: CALLER })
  expect(ended).toEqual([])
  await textOf(reply.body)
  expect(callers).toEqual([{ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', sampled: true }])
  expect(instance.asked[0]!.headers.traceparent).toBe('the-span')
  expect(ended).toMatchObject([{ operation: 'chat', model: 'm', status: 200, end: 'completed', route: { instanceId: 'i0', policy: 'flow' }, usage: { cachedTokens: 4 } }])
})

test('who leaves, and who never reads, is told of as such, once', async () => {
  const { ended, call, leave } = setUp()
  await call()
  leave.abort(new Error('left'))
  leave.abort(new Error('left'))
  expect(ended.map(({ end }) => end)).toEqual(['cancelled'])
  await expect(call()).rejects.toThrow('left')
  expect(ended.map(({ end, status }) => [end, status])).toEqual([['cancelled', 200], ['cancelled', 0]])
})

test('a refusal has no route; tokenizers, and calls of runs that another process routes here, are left as they are', async () => {
  const { instance, callers, ended, call } = setUp()
  await textOf((await call({}, '/v1/chat/completions', { ...CHAT, model: 'nobody' })).body)
  expect(ended).toMatchObject([{ status: 404, end: 'completed', route: undefined }])
  await textOf((await call({ 'traceparent': CALLER, 'x-heddle-explain': '1' })).body)
  await textOf((await call({}, '/tokenize', { model: 'm', prompt: 'x' })).body)
  expect([callers.length, ended.length]).toEqual([1, 1])
  expect(instance.asked[0]!.headers.traceparent).toBe(CALLER)
})

test('the calls of a batch stand inside of its span, which ends with its answer', async () => {
  const { instance, callers, ended, batches, batch } = setUp()
  const reply = (await batch({ prompts: ['a', 'b'], defaults: { model: 'm' } }, { traceparent: CALLER })) as DispatchReply
  expect([ended.length, batches]).toEqual([2, []])
  await textOf(reply.body)
  expect(callers.map((caller) => caller?.spanId)).toEqual(['b7ad6b7169203331', '00f067aa0ba902b7', '00f067aa0ba902b7'])
  expect(instance.asked.map(({ headers }) => headers.traceparent)).toEqual(['the-span', 'the-span'])
  expect(ended).toMatchObject([{ operation: 'chat', model: 'm', status: 200, route: { instanceId: 'i0' } }, { operation: 'chat' }])
  expect(batches).toMatchObject([{ path: '/v1/batch', status: 200, end: 'completed', asked: 2 }])
})

test('a batch that is refused, and one that nobody waits for, are told of as such', async () => {
  const { callers, batches, batch, leave } = setUp()
  expect(await batch({ prompts: 'none' })).toHaveProperty('refusal')
  await batch({ prompts: ['a'], defaults: { model: 'm' }, stream: true })
  leave.abort(new Error('left'))
  expect(batches.map(({ status, end, asked }) => [status, end, asked])).toEqual([[400, 'completed', 0], [200, 'cancelled', 0]])
  expect(callers).toEqual([undefined, undefined])
})
