import { expect, test } from '@playwright/test'
import { io, type Socket } from 'socket.io-client'
import { makeWorkflow } from './steps'

type Line = { seq: number; type: string }
type Frame = { topic: string; events: Line[] }

const connect = (url: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = io(url, { path: '/live', transports: ['websocket'], reconnection: false })
    socket.once('connect', () => resolve(socket))
    socket.once('connect_error', reject)
  })

test('a client that comes back says where it was, and misses and repeats nothing', async ({ request, baseURL }) => {
  const { id } = (await (await request.post('/api/workflow', { data: { input: { request: 'Tidy the changelog' } } })).json()) as { id: string }
  const seen: number[] = []
  const listen = async (until: (line: Line) => boolean): Promise<void> => {
    const socket = await connect(baseURL!)
    await new Promise<void>((resolve, reject) => {
      const ended = (why: string) => () => reject(new Error(`${why} after event ${seen.at(-1)} of ${id}`))
      socket.on('reload', ended('told to reload'))
      socket.on('disconnect', ended('disconnected'))
      let done = false
      socket.on('frame', ({ topic, events }: Frame) => {
        if (done) return
        expect(topic).toBe(`run:${id}`)
        // What a frame has behind the event that was waited for comes again, to whoever says how far they are.
        const last = events.findIndex(until)
        done = last >= 0
        seen.push(...events.slice(0, done ? last + 1 : events.length).map((line) => line.seq))
        if (done) resolve()
      })
      socket.emit('subscribe', { topic: `run:${id}`, after: seen.at(-1) ?? 0 })
    })
    socket.disconnect()
  }
  await listen((line) => line.type === 'step.output')
  await listen((line) => line.seq > 15)
  await listen((line) => ['run.completed', 'run.failed', 'run.cancelled'].includes(line.type))
  const log = (await (await request.get(`/api/runs/${id}/events`)).text()).trim().split('\n').map((line) => (JSON.parse(line) as Line).seq)
  expect(seen).toEqual(log)
})

test('samples are told as they are rolled: what the fleet shows by the second, and what runs took once they end', async ({ request, baseURL }) => {
  const workflow = await makeWorkflow(request, 'Told live', { nodes: [{ id: 'in', type: 'input', name: 'in', position: { x: 0, y: 0 }, config: {} }, { id: 'out', type: 'output', name: 'out', position: { x: 300, y: 0 }, config: {} }], edges: [{ id: 'a', source: 'in', target: 'out' }] })
  const socket = await connect(baseURL!)
  const samples: { kind: string; subject: string; executions?: number }[] = []
  socket.on('frame', ({ topic, events }: { topic: string; events: never[] }) => topic === 'metrics' && samples.push(...events))
  expect(await socket.emitWithAck('subscribe', { topic: 'metrics' })).toEqual({ ok: true })
  await expect.poll(() => samples.some(({ kind }) => kind === 'fleet')).toBe(true)
  expect((await request.post(`/api/workflows/${workflow}/runs`, { data: { input: 1, version: 'draft' } })).status()).toBe(202)
  await expect.poll(() => samples.find(({ kind, subject }) => kind === 'workflow' && subject === workflow)?.executions).toBe(1)
  socket.disconnect()
})

test('what is no topic is refused, and the connection lives on', async ({ baseURL }) => {
  const socket = await connect(baseURL!)
  for (const bad of [{ topic: 'secrets' }, { topic: 'run:../x' }, 'runs', null, { topic: 'runs', after: -1 }]) {
    expect(await socket.emitWithAck('subscribe', bad)).toMatchObject({ ok: false, code: 'INVALID_TOPIC' })
  }
  expect(await socket.emitWithAck('subscribe', { topic: 'runs' })).toEqual({ ok: true })
  socket.disconnect()
})
