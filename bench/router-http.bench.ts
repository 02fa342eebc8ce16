/**
 * The same policies over HTTP: the real router in front of simulated vLLM servers in a process of their own, the same
 * arrivals as in virtual time beside it. What is compared is the order of the policies. Time runs SCALE times faster
 * than the hardware that is simulated, so that the router's own time weighs more than it would.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Agent } from 'undici'
import { policies, type PolicyName } from '@/domain/route/policies'
import { createRandomIds } from '@/server/adapters/system/random-ids'
import { createSystemClock } from '@/server/adapters/system/system-clock'
import { createInstanceClient } from '@/server/adapters/vllm/create-instance-client'
import { startSimFleet } from '@/server/fleet-sim/sim-fleet'
import { createRouter } from '@/server/router/create-router'
import { createRouterHandler } from '@/server/router/router-http'
import { percentile, table } from './figures'
import { arrivalsOf, capacityOf } from './routing/arrivals'
import { simulate, type Arrival } from './routing/virtual-fleet'
import { lengthOf, tokensOf, workloads, type RunSpec } from './routing/workloads'

const SCALE = 6
const INSTANCES = 4
const SECONDS = 240
const LOAD = 0.95
const names: PolicyName[] = (process.env.HEDDLE_BENCH_POLICIES?.split(',') as PolicyName[] | undefined) ?? ['round-robin', 'least-requests', 'cache-aware', 'run-affinity', 'flow']
const wanted = process.env.HEDDLE_BENCH_ONLY?.split(',') ?? ['tool loop', 'pipeline, context first']
const SERVE = '--serve-fleet'

if (process.argv.includes(SERVE)) await serveFleet()
else await compare()

async function serveFleet(): Promise<void> {
  const { urls } = await startSimFleet({ instances: INSTANCES, port: 0, timeScale: SCALE })
  process.send?.(urls)
  process.on('disconnect', () => process.exit(0))
}

async function compare(): Promise<void> {
  const rows: string[][] = []
  for (const workload of workloads) {
    if (!wanted.includes(workload.name)) continue
    const arrivals = arrivalsOf(workload, { perSecond: LOAD * capacityOf(workload, INSTANCES), seconds: SECONDS, seed: 1 })
    const figures: { name: PolicyName; virtual: number; http: number; failed: number }[] = []
    for (const name of names) {
      const { outcomes } = simulate({ arrivals, instances: INSTANCES, schedulerOf: policies[name] })
      const real = await overHttp(name, arrivals)
      figures.push({ name, virtual: percentile(outcomes.filter((one) => !one.spec.plain).map((one) => one.doneMs - one.arrivedMs), 95), http: percentile(real.times, 95), failed: real.failed })
      process.stderr.write(`${workload.name}: ${JSON.stringify(figures.at(-1))}\n`)
    }
    const peers = figures.filter((one) => one.name !== 'flow')
    for (const { name, virtual, http, failed } of figures) {
      const against = (value: number, pick: (one: (typeof figures)[number]) => number) => `${(value / Math.min(...peers.map(pick))).toFixed(2)} (${(value / 1_000).toFixed(1)} s)`
      rows.push([workload.name, name, against(virtual, (one) => one.virtual), against(http, (one) => one.http), String(failed)])
    }
  }
  process.stdout.write(`p95 completion of runs at ${LOAD * 100} % load, against the best peer; ${SECONDS} s of arrivals, over HTTP ${SCALE} times faster than real. Simulated.\n\n`)
  process.stdout.write(table(['workload', 'policy', 'in virtual time', 'over HTTP', 'failed calls'], rows))
  process.exit(0)
}

/** @returns times of runs in ms of the simulated hardware */
async function overHttp(name: PolicyName, arrivals: readonly Arrival[]): Promise<{ times: number[]; failed: number }> {
  const child = spawn(process.execPath, [import.meta.filename, SERVE], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [urls] = (await once(child, 'message')) as [string[]]
  const router = createRouter({ clients: urls.map((url, index) => createInstanceClient({ id: `i${index}`, url })), clock: createSystemClock(), ids: createRandomIds(), log: () => undefined, scheduler: policies[name] })
  router.start()
  await router.ready()
  const handle = createRouterHandler(router)
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const agent = new Agent({ connections: 2_000, headersTimeout: 0, bodyTimeout: 0 })
  let failed = 0

  async function call(prompt: readonly number[], outputTokens: number, metadata: object | undefined): Promise<void> {
    const body = JSON.stringify({ model: 'heddle-sim-8b', prompt, max_tokens: outputTokens, min_tokens: outputTokens, ignore_eos: true, stream: true, stream_options: { include_usage: true }, ...(metadata && { workflow_metadata: metadata }) })
    const reply = await agent.request({ origin: base, path: '/v1/completions', method: 'POST', headers: { 'content-type': 'application/json' }, body })
    await reply.body.dump({ limit: 1e9 })
    if (reply.statusCode !== 200) failed += 1
  }

  async function run(spec: RunSpec, id: string): Promise<void> {
    for (const [index, stage] of spec.stages.entries()) {
      if (stage.pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, stage.pauseMs / SCALE))
      const plan = { remaining_tokens: stage.expectedRemaining, last: index === spec.stages.length - 1 }
      await Promise.all(stage.calls.map(({ prompt, output, expectedOutput }) => call(tokensOf(prompt), lengthOf(output), spec.plain ? undefined : { workflow_id: id, plan: { ...plan, expected_output_tokens: expectedOutput } })))
    }
  }

  const began = performance.now()
  const times: number[] = []
  await Promise.all(arrivals.map(async ({ atMs, spec }, index) => {
    await new Promise((resolve) => setTimeout(resolve, began + atMs / SCALE - performance.now()))
    const started = performance.now()
    await run(spec, `${name}-${index}`)
    if (!spec.plain) times.push((performance.now() - started) * SCALE)
  }))
  await agent.destroy()
  server.close()
  server.closeAllConnections()
  await router.stop()
  child.disconnect()
  return { times, failed }
}
