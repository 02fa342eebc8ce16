/**
 * What the router adds to a call, against going to the same instance directly, side by side in one run. The router has
 * a thread of its own; caller and instance share another. An instance answers at once, so that what is left is the way
 * there and back; those that stream are simulated, 10,000 times real speed.
 * The router's own processor time is told beside the times: it is what a busy machine changes least.
 * Not measured: the network between machines, TLS, and what a better choice of instance saves.
 */
import { Agent, createServer, request as httpRequest, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { policies } from '@/domain/route/policies'
import { createRandomIds } from '@/server/adapters/system/random-ids'
import { createSystemClock } from '@/server/adapters/system/system-clock'
import { createInstanceClient } from '@/server/adapters/vllm/create-instance-client'
import { startSimFleet } from '@/server/fleet-sim/sim-fleet'
import { createRouter } from '@/server/router/create-router'
import { createRouterHandler } from '@/server/router/router-http'
import { percentile, table } from './figures'

const CALLS = 1_500
const LONG_CALLS = 400
const CONCURRENT = 32
const STREAMS = 256
const MODEL = 'heddle-sim-8b'

/** Calls at once and streaming go to instances of their own: two routers. */
type Fleets = { atOnce: string; streaming: string }
type Told = { row: string[] } | { count: 'begin' | 'end' } | { done: true }

async function listening(listener: RequestListener): Promise<{ url: string; close: () => void }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => (server.close(), server.closeAllConnections()) }
}

/** Reads the whole body, as every instance has to, and has its answer ready. */
const answersAtOnce: RequestListener = (request, response) => {
  const answer = request.url === '/v1/models' ? { data: [{ id: MODEL }] } : { object: 'chat.completion', choices: [{ message: { role: 'assistant', content: 'Hello' } }], usage: { prompt_tokens: 4, completion_tokens: 1 } }
  request.resume().on('end', () => {
    const bytes = Buffer.from(request.url === '/metrics' ? '' : JSON.stringify(answer))
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes)
  })
}

async function callAndAnswer(): Promise<void> {
  const port = parentPort!
  const tell = (told: Told): void => port.postMessage(told)
  const instance = await listening(answersAtOnce)
  const fleet = await startSimFleet({ instances: 1, port: 0, timeScale: 10_000 })
  const direct: Fleets = { atOnce: instance.url, streaming: fleet.urls[0]! }
  const routed = new Promise<Fleets>((resolve) => port.once('message', resolve))
  port.postMessage(direct)
  await measure(direct, await routed, tell)
  instance.close()
  await fleet.close()
  tell({ done: true })
}

const bodyOf = (content: string, more: object): string => JSON.stringify({ model: MODEL, messages: [{ role: 'user', content }], ...more })
const agent = new Agent({ keepAlive: true, maxSockets: STREAMS })

/** One call, its body read to the end. @returns ms to the first byte of the answer */
function call(base: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const sent = httpRequest(`${base}/v1/chat/completions`, { method: 'POST', agent, headers: { 'content-type': 'application/json' } }, (reply) => {
      let first: number | undefined
      reply.on('data', () => (first ??= performance.now() - began))
      reply.on('end', () => (reply.statusCode === 200 ? resolve(first ?? performance.now() - began) : reject(new Error(`status ${reply.statusCode}`))))
    })
    // On a busy machine a kept connection may be closed just as it is used: the call goes again.
    sent.on('error', (error: NodeJS.ErrnoException) => (sent.reusedSocket && error.code === 'ECONNRESET' ? resolve(call(base, body)) : reject(error)))
    sent.end(body)
  })
}

async function perSecond(base: string, body: string): Promise<number> {
  let left = CALLS
  const began = performance.now()
  await Promise.all(Array.from({ length: CONCURRENT }, async () => {
    while (left-- > 0) await call(base, body)
  }))
  return CALLS / ((performance.now() - began) / 1_000)
}

/** So many answers stream at once. @returns ms to their first bytes, and until all have ended */
async function streams(base: string): Promise<{ first: number[]; all: number }> {
  const began = performance.now()
  const body = bodyOf('Count', { max_tokens: 100, ignore_eos: true, stream: true })
  const first = await Promise.all(Array.from({ length: STREAMS }, () => call(base, body)))
  return { first, all: performance.now() - began }
}

async function measure(direct: Fleets, routed: Fleets, tell: (told: Told) => void): Promise<void> {
  const short = bodyOf('Say hello', { max_tokens: 1 })
  const long = bodyOf('The loom stands still. '.repeat(17_400), { max_tokens: 1 })
  for (let index = 0; index < 400; index++) for (const base of [direct.atOnce, routed.atOnce]) await call(base, index < 300 ? short : long)
  for (const [name, body, calls] of [['short body', short, CALLS], ['100k tokens of prompt', long, LONG_CALLS]] as const) {
    // In turns, so that neither has the quieter moment.
    const times = { direct: [] as number[], routed: [] as number[] }
    for (let index = 0; index < calls; index++) for (const way of ['direct', 'routed'] as const) times[way].push(await call((way === 'direct' ? direct : routed).atOnce, body))
    tell({ count: 'begin' })
    for (let index = 0; index < calls; index++) await call(routed.atOnce, body)
    const [d50, r50, d95, r95] = [percentile(times.direct, 50), percentile(times.routed, 50), percentile(times.direct, 95), percentile(times.routed, 95)]
    tell({ row: [`to the first byte, ${name}`, `${d50.toFixed(2)} ms`, `${r50.toFixed(2)} ms`, `+${(r50 - d50).toFixed(2)} ms median, +${(r95 - d95).toFixed(2)} ms p95`] })
    tell({ count: 'end' })
  }
  const d = await perSecond(direct.atOnce, short)
  tell({ count: 'begin' })
  const r = await perSecond(routed.atOnce, short)
  tell({ row: [`calls a second, ${CONCURRENT} at once`, d.toFixed(0), r.toFixed(0), `× ${(r / d).toFixed(2)}`] })
  tell({ count: 'end' })
  const rounds = { direct: [] as Awaited<ReturnType<typeof streams>>[], routed: [] as Awaited<ReturnType<typeof streams>>[] }
  await streams(routed.streaming)
  for (let round = 0; round < 5; round++) {
    rounds.direct.push(await streams(direct.streaming))
    rounds.routed.push(await streams(routed.streaming))
  }
  const of = (way: 'direct' | 'routed', p: number): number => percentile(rounds[way].flatMap(({ first }) => first), p)
  const total = (way: 'direct' | 'routed'): number => percentile(rounds[way].map(({ all }) => all), 50)
  tell({ row: [`to the first byte, ${STREAMS} streams begun at once`, `${of('direct', 50).toFixed(0)} ms`, `${of('routed', 50).toFixed(0)} ms`, `+${(of('routed', 50) - of('direct', 50)).toFixed(0)} ms median, +${(of('routed', 95) - of('direct', 95)).toFixed(0)} ms p95`] })
  tell({ row: [`until ${STREAMS} streams of 100 tokens have ended`, `${total('direct').toFixed(0)} ms`, `${total('routed').toFixed(0)} ms`, `× ${(total('routed') / total('direct')).toFixed(2)}`] })
}

/** Processor time of this thread at the beginning of each call, in ms. */
let starts: number[] = []

async function routerBefore(url: string) {
  const router = createRouter({ clients: [createInstanceClient({ id: 'i', url })], clock: createSystemClock(), ids: createRandomIds(), log: () => undefined, scheduler: policies.flow })
  const handle = createRouterHandler(router)
  return listening((request, response) => {
    const { user, system } = process.threadCpuUsage()
    starts.push((user + system) / 1_000)
    void handle(request, response)
  })
}

/** What the calls of a row took of this thread's time: one by one, or of many at once their number a second. */
function ownTime(isManyAtOnce: boolean): string {
  const each = starts.slice(1).map((at, index) => at - starts[index]!)
  const sum = starts.at(-1)! - starts[0]!
  return isManyAtOnce ? `${((1_000 * each.length) / sum).toFixed(0)} calls a second of it` : `${percentile(each, 50).toFixed(2)} ms median, ${percentile(each, 95).toFixed(2)} ms p95`
}

async function routeAndTell(): Promise<void> {
  const worker = new Worker(new URL(import.meta.url))
  const rows: string[][] = []
  await new Promise<void>((resolve, reject) => {
    worker.on('error', reject)
    worker.on('message', async (told: Told | Fleets) => {
      if ('atOnce' in told) worker.postMessage({ atOnce: (await routerBefore(told.atOnce)).url, streaming: (await routerBefore(told.streaming)).url } satisfies Fleets)
      else if ('done' in told) resolve()
      else if ('row' in told) rows.push(told.row)
      else if (told.count === 'begin') starts = []
      else rows.at(-1)!.push(ownTime(rows.at(-1)![0]!.startsWith('calls')))
    })
  })
  process.stdout.write(table(['router', 'direct', 'routed', 'difference', 'processor time of the router a call'], rows))
  process.exit(0)
}

await (isMainThread ? routeAndTell() : callAndAnswer())
