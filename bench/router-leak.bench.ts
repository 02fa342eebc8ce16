/**
 * A hundred thousand requests through the router over HTTP: a tenth of the readers leave, one of three instances fails a
 * tenth of its calls, every workflow is new. Afterwards nothing may be open, and the second half may not hold more than
 * the first. Exits with 1 when it does. Memory is that of router, simulated instances and clients together.
 */
import { spawnSync } from 'node:child_process'
import { createServer, request as httpRequest, Agent } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRandomIds } from '@/server/adapters/system/random-ids'
import { createSystemClock } from '@/server/adapters/system/system-clock'
import { createInstanceClient } from '@/server/adapters/vllm/create-instance-client'
import { startSimFleet } from '@/server/fleet-sim/sim-fleet'
import { createRouter } from '@/server/router/create-router'
import { createRouterHandler } from '@/server/router/router-http'
import { table } from './figures'

const REQUESTS = 100_000
const CONCURRENT = 64
/** What the second half may hold more: maps that are bounded by number fill slowly. */
const MOST_GROWTH_MB = 8

if (typeof globalThis.gc !== 'function') process.exit(spawnSync(process.execPath, ['--expose-gc', import.meta.filename], { stdio: 'inherit' }).status ?? 1)

const [good, failing] = await Promise.all([startSimFleet({ instances: 2, port: 0, timeScale: 10_000 }), startSimFleet({ instances: 1, port: 0, timeScale: 10_000, failRate: 0.1 })])
const router = createRouter({ clients: [...good.urls, ...failing.urls].map((url, index) => createInstanceClient({ id: `i${index}`, url })), clock: createSystemClock(), ids: createRandomIds(), log: () => undefined })
router.start()
const handle = createRouterHandler(router)
const server = createServer((request, response) => void handle(request, response))
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const { port } = server.address() as AddressInfo
const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENT })
const counts = { answered: 0, refused: 0, left: 0 }

function call(index: number): Promise<void> {
  const leaves = index % 10 === 0
  const body = JSON.stringify({
    model: 'heddle-sim-8b', messages: [{ role: 'user', content: `Request ${index}. ${'The loom stands still. '.repeat(index % 40)}` }], max_tokens: leaves ? 5_000 : 4, ignore_eos: leaves, stream: index % 2 === 0,
    ...(index % 3 !== 0 && { workflow_metadata: { workflow_id: `w${index}`, agent_id: `a${index % 7}`, ...(index % 3 === 1 && { plan: { last: true } }) } }),
  })
  return new Promise((resolve) => {
    const sent = httpRequest({ port, host: '127.0.0.1', path: '/v1/chat/completions', method: 'POST', agent, headers: { 'content-type': 'application/json' } }, (reply) => {
      reply.on('error', () => resolve())
      if (leaves) {
        counts.left += 1
        reply.once('data', () => reply.destroy())
        reply.once('close', resolve)
        return
      }
      reply.resume()
      reply.once('end', () => {
        counts[reply.statusCode === 200 ? 'answered' : 'refused'] += 1
        resolve()
      })
    })
    sent.on('error', () => resolve())
    // Some leave before anything came.
    if (leaves && index % 20 === 0) setTimeout(() => sent.destroy(), index % 5)
    sent.end(body)
  })
}

async function half(from: number): Promise<{ openMs: number; heapMb: number }> {
  let next = from
  await Promise.all(Array.from({ length: CONCURRENT }, async () => {
    while (next < from + REQUESTS / 2) await call(next++)
  }))
  const began = performance.now()
  while (router.fleet().instances.some((one) => one.inFlight > 0) || router.fleet().waiting > 0) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    if (performance.now() - began > 20_000) break
  }
  const openMs = performance.now() - began
  for (let turn = 0; turn < 5; turn++) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return { openMs, heapMb: process.memoryUsage().heapUsed / 1_048_576 }
}

const first = await half(0)
const second = await half(REQUESTS / 2)
const inFlight = router.fleet().instances.reduce((sum, one) => sum + one.inFlight, 0)
const growth = second.heapMb - first.heapMb
const ok = inFlight === 0 && router.fleet().waiting === 0 && growth < MOST_GROWTH_MB
process.stdout.write(table(['after', 'heap in use'], [[`${REQUESTS / 2} requests`, `${first.heapMb.toFixed(1)} MiB`], [`${REQUESTS} requests`, `${second.heapMb.toFixed(1)} MiB`]]))
process.stdout.write(`\n${counts.answered} answered, ${counts.refused} refused, ${counts.left} readers left. In flight ${inFlight}, waiting ${router.fleet().waiting}. ${ok ? 'Nothing leaks.' : 'SOMETHING LEAKS.'}\n`)
process.exit(ok ? 0 : 1)
