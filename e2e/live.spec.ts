import { expect, test } from '@playwright/test'
import { io, type Socket } from 'socket.io-client'

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
    await new Promise<void>((resolve) => {
      let done = false
      socket.on('frame', ({ topic, events }: Frame) => {
        expect(topic).toBe(`run:${id}`)
        for (const line of events) {
          if (done) return
          seen.push(line.seq)
          if (until(line)) done = true
        }
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

test('what is no topic is refused, and the connection lives on', async ({ baseURL }) => {
  const socket = await connect(baseURL!)
  for (const bad of [{ topic: 'secrets' }, { topic: 'run:../x' }, 'runs', null, { topic: 'runs', after: -1 }]) {
    expect(await socket.emitWithAck('subscribe', bad)).toMatchObject({ ok: false, code: 'INVALID_TOPIC' })
  }
  expect(await socket.emitWithAck('subscribe', { topic: 'runs' })).toEqual({ ok: true })
  socket.disconnect()
})
