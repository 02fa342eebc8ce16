/**
 * What the router adds to a call, against going to the same instance directly, side by side in one run.
 * The instance answers at once (simulated, 10,000 times real speed), so that what is left is the way there and back.
 * Not measured: the network between machines, TLS, and what a better choice of instance saves.
 */
import { Agent, createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createFlow } from '@/domain/route/flow'
import { createRandomIds } from '@/server/adapters/system/random-ids'
import { createSystemClock } from '@/server/adapters/system/system-clock'
import { createInstanceClient } from '@/server/adapters/vllm/create-instance-client'
import { startSimFleet } from '@/server/fleet-sim/sim-fleet'
import { createRouter } from '@/server/router/create-router'
import { createRouterHandler } from '@/server/router/router-http'
import { percentile, table } from './figures'

const CALLS = 1_500
const CONCURRENT = 32
const STREAMS = 256

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
    sent.on('error', reject)
    sent.end(body)
  })
}

async function oneByOne(base: string, body: string, calls: number): Promise<number[]> {
  const times: number[] = []
  for (let index = 0; index < calls; index++) times.push(await call(base, body))
  return times
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
  const body = JSON.stringify({ model: 'heddle-sim-8b', messages: [{ role: 'user', content: 'Count' }], max_tokens: 100, ignore_eos: true, stream: true })
  const first = await Promise.all(Array.from({ length: STREAMS }, () => call(base, body)))
  return { first, all: performance.now() - began }
}

const fleet = await startSimFleet({ instances: 1, port: 0, timeScale: 10_000, maxModelLen: 131_072 })
const direct = fleet.urls[0]!
const router = createRouter({ clients: [createInstanceClient({ id: 'i', url: direct })], clock: createSystemClock(), ids: createRandomIds(), log: () => undefined, scheduler: (fleet) => createFlow(fleet) })
const handle = createRouterHandler(router)
const server = createServer((request, response) => void handle(request, response))
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const routed = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const short = JSON.stringify({ model: 'heddle-sim-8b', messages: [{ role: 'user', content: 'Say hello' }], max_tokens: 1 })
const long = JSON.stringify({ model: 'heddle-sim-8b', messages: [{ role: 'user', content: 'The loom stands still. '.repeat(17_400) }], max_tokens: 1 })

await oneByOne(routed, short, 200)
await oneByOne(direct, short, 200)
const rows: string[][] = []
for (const [name, body, calls] of [['short body', short, CALLS], ['100k tokens of prompt', long, 150]] as const) {
  // In turns, so that neither has the quieter moment.
  const times = { direct: [] as number[], routed: [] as number[] }
  for (let round = 0; round < 5; round++) {
    times.direct.push(...(await oneByOne(direct, body, calls / 5)))
    times.routed.push(...(await oneByOne(routed, body, calls / 5)))
  }
  const [d50, r50, d95, r95] = [percentile(times.direct, 50), percentile(times.routed, 50), percentile(times.direct, 95), percentile(times.routed, 95)]
  rows.push([`to the first byte, ${name}`, `${d50.toFixed(2)} ms`, `${r50.toFixed(2)} ms`, `+${(r50 - d50).toFixed(2)} ms median, +${(r95 - d95).toFixed(2)} ms p95`])
}
const [d, r] = [await perSecond(direct, short), await perSecond(routed, short)]
rows.push([`calls a second, ${CONCURRENT} at once, instance and router in one process`, d.toFixed(0), r.toFixed(0), `× ${(r / d).toFixed(2)}`])
const rounds = { direct: [] as Awaited<ReturnType<typeof streams>>[], routed: [] as Awaited<ReturnType<typeof streams>>[] }
await streams(routed)
for (let round = 0; round < 5; round++) {
  rounds.direct.push(await streams(direct))
  rounds.routed.push(await streams(routed))
}
const of = (way: 'direct' | 'routed', p: number): number => percentile(rounds[way].flatMap(({ first }) => first), p)
const total = (way: 'direct' | 'routed'): number => percentile(rounds[way].map(({ all }) => all), 50)
rows.push([`to the first byte, ${STREAMS} streams begun at once`, `${of('direct', 50).toFixed(0)} ms`, `${of('routed', 50).toFixed(0)} ms`, `+${(of('routed', 50) - of('direct', 50)).toFixed(0)} ms median, +${(of('routed', 95) - of('direct', 95)).toFixed(0)} ms p95`])
rows.push([`until ${STREAMS} streams of 100 tokens have ended`, `${total('direct').toFixed(0)} ms`, `${total('routed').toFixed(0)} ms`, `× ${(total('routed') / total('direct')).toFixed(2)}`])
process.stdout.write(table(['router', 'direct', 'routed', 'difference'], rows))
agent.destroy()
server.close()
await router.stop()
await fleet.close()
