/**
 * The same policies over HTTP: the real router in front of simulated vLLM servers in a process of their own, the same
 * arrivals as in virtual time beside it. What is compared is the order of the policies. Time runs SCALE times faster
 * than the hardware that is simulated, so that the router's own time weighs more than it would.
 *
 * Takes about a minute for each policy and load: HEDDLE_BENCH_ONLY='mix;tool loop' narrows the workloads,
 * HEDDLE_BENCH_POLICIES=flow,run-affinity the policies, HEDDLE_BENCH_LOADS='50,85,80 in waves' names the loads in percent.
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
const names: PolicyName[] = (process.env.HEDDLE_BENCH_POLICIES?.split(',') as PolicyName[] | undefined) ?? ['round-robin', 'least-requests', 'cache-aware', 'run-affinity', 'flow']
const wanted = process.env.HEDDLE_BENCH_ONLY?.split(';') ?? ['tool loop', 'pipeline, context first']
/** Waves are the short ones: of the long ones not two would fit. */
const loads = (process.env.HEDDLE_BENCH_LOADS?.split(',') ?? ['95']).map((told) => ({ share: parseFloat(told) / 100, waves: told.includes('waves') ? ('short' as const) : undefined }))
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
  for (const workload of workloads.filter(({ name }) => wanted.includes(name))) {
    const capacity = capacityOf(workload, INSTANCES)
    for (const { share, waves } of loads) {
      const load = `${Math.round(share * 100)} %${waves ? ` in ${waves} waves` : ''}`
      rows.push(...(await rowsOf(`${workload.name}, ${load}`, arrivalsOf(workload, { perSecond: share * capacity, seconds: SECONDS, seed: 1, waves }))))
    }
  }
  process.stdout.write(`p95 completion of runs, against the best peer; ${SECONDS} s of arrivals, over HTTP ${SCALE} times faster than real. Simulated.\n\n`)
  process.stdout.write(table(['case', 'policy', 'in virtual time', 'over HTTP', 'failed calls'], rows))
  process.exit(0)
}

/** Each policy with the same arrivals, in virtual time and over HTTP. */
async function rowsOf(title: string, arrivals: readonly Arrival[]): Promise<string[][]> {
  const figures: { name: PolicyName; virtual: number; http: number; failed: number }[] = []
  for (const name of names) {
    const { outcomes } = simulate({ arrivals, instances: INSTANCES, schedulerOf: policies[name] })
    const real = await overHttp(name, arrivals)
    figures.push({ name, virtual: percentile(outcomes.filter((one) => !one.spec.plain).map((one) => one.doneMs - one.arrivedMs), 95), http: percentile(real.times, 95), failed: real.failed })
    process.stderr.write(`${title}: ${JSON.stringify(figures.at(-1))}\n`)
  }
  const peers = figures.filter((one) => one.name !== 'flow')
  const against = (value: number, pick: (one: (typeof figures)[number]) => number): string => `${(value / Math.min(...peers.map(pick))).toFixed(2)} (${(value / 1_000).toFixed(1)} s)`
  return figures.map(({ name, virtual, http, failed }) => [title, name, against(virtual, (one) => one.virtual), against(http, (one) => one.http), String(failed)])
}

/** @returns times of runs in ms of the simulated hardware */
async function overHttp(name: PolicyName, arrivals: readonly Arrival[]): Promise<{ times: number[]; failed: number }> {
  const child = spawn(process.execPath, [import.meta.filename, SERVE], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [urls] = (await once(child, 'message')) as [string[]]
  const router = createRouter({ clients: urls.map((url, index) => createInstanceClient({ id: `i${index}`, url })), clock: createSystemClock(), ids: createRandomIds(), log: () => undefined, scheduler: policies[name] })
  router.start()
  await router.ready()
  const handle = createRouterHandler(router)
  const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => void handle(request, response))
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
