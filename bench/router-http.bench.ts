/**
 * The same policies over HTTP: the real router in front of simulated vLLM servers, these and the callers in processes of
 * their own, the same arrivals as in virtual time beside it. What is compared is the order of the policies. Time runs
 * SCALE times faster than the hardware that is simulated, for the router too, so that its own work weighs more.
 *
 * Takes about 45 seconds for each policy and load: HEDDLE_BENCH_ONLY='mix;tool loop' narrows the workloads,
 * HEDDLE_BENCH_POLICIES=flow,run-affinity the policies, HEDDLE_BENCH_LOADS='50,80 in short waves,60 one dies' names the
 * loads in percent, in waves (short or long) or with a fault (one dies, one slow, scrapes 10 s late). Where the router is
 * shown as busy most of the time, HEDDLE_BENCH_SCALE=3 takes twice as long.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent } from 'undici'
import { policies, type PolicyName } from '@/domain/route/policies'
import { createRandomIds } from '@/server/adapters/system/random-ids'
import { createInstanceClient } from '@/server/adapters/vllm/create-instance-client'
import { startSimFleet } from '@/server/fleet-sim/sim-fleet'
import type { Clock } from '@/server/ports/clock'
import type { InstanceClient } from '@/server/ports/instance-client'
import { createRouter } from '@/server/router/create-router'
import { createRouterHandler } from '@/server/router/router-http'
import { percentile, table } from './figures'
import { arrivalsOf, capacityOf, type Waves } from './routing/arrivals'
import { faults } from './routing/measure'
import { simulate, type Arrival, type Fault } from './routing/virtual-fleet'
import { lengthOf, tokensOf, workloads, type CallSpec, type RunSpec } from './routing/workloads'

const SCALE = Number(process.env.HEDDLE_BENCH_SCALE || 6)
const INSTANCES = 4
const SECONDS = 240
/** An answer that broke off is asked for again, as an engine does. */
const MOST_TRIES = 5
const names: PolicyName[] = (process.env.HEDDLE_BENCH_POLICIES?.split(',') as PolicyName[] | undefined) ?? ['round-robin', 'least-requests', 'cache-aware', 'run-affinity', 'flow']
const wanted = process.env.HEDDLE_BENCH_ONLY?.split(';') ?? ['tool loop', 'pipeline, context first']
const loads = (process.env.HEDDLE_BENCH_LOADS?.split(',') ?? ['95']).map((told) => ({
  share: parseFloat(told) / 100,
  waves: told.includes('long waves') ? ('long' as const) : told.includes('waves') ? ('short' as const) : undefined,
  fault: Object.entries(faults(SECONDS * 500)).find(([name]) => told.includes(name)),
}))
/** What this file is told to be where it is started as another process. */
const [SERVE, CALL] = ['--serve-instance', '--call']

const role = process.argv[2]
if (role === SERVE) await serveInstance(Number(process.argv[3]))
else if (role === CALL) await callAll(JSON.parse(process.argv[3]!) as Calls)
else await compare()

/** Tells its URL, and how busy it was whenever it is asked. As in virtual time a prompt may be as long as the KV cache. */
async function serveInstance(slowness: number): Promise<void> {
  const { urls } = await startSimFleet({ instances: 1, port: 0, timeScale: SCALE, maxModelLen: Infinity, slow: new Map([[0, slowness]]) })
  process.on('disconnect', () => process.exit(0))
  process.on('message', () => process.send?.(performance.eventLoopUtilization().utilization))
  process.send?.(urls[0])
}

/** Arrivals are drawn again where they are needed: the same for the same seed. */
type Load = { workload: string; perSecond: number; waves?: Waves | undefined }
function drawn({ workload, ...load }: Load): Arrival[] {
  return arrivalsOf(workloads.find(({ name }) => name === workload)!, { ...load, seconds: SECONDS, seed: 1 })
}

async function compare(): Promise<void> {
  const rows: string[][] = []
  for (const workload of workloads.filter(({ name }) => wanted.includes(name))) {
    const capacity = capacityOf(workload, INSTANCES)
    for (const { share, waves, fault } of loads) {
      const title = `${Math.round(share * 100)} %${waves ? ` in ${waves} waves` : ''}${fault ? `, ${fault[0]}` : ''}`
      rows.push([title, workload.name, ...(await cellsOf(title, { workload: workload.name, perSecond: share * capacity, waves }, fault?.[1]))])
    }
  }
  process.stdout.write(`p95 completion of runs in s, virtual time / HTTP; ${SECONDS} s of arrivals, over HTTP ${SCALE} times faster than real. Simulated.\n\n`)
  process.stdout.write(table(['load', 'workload', ...names.map((name) => name.replaceAll('-', ' ')), 'failed calls', 'router busy, %', 'busiest instance, %'], rows))
  process.exit(0)
}

/** Each policy with the same arrivals, in virtual time and over HTTP. */
async function cellsOf(title: string, load: Load, fault: Fault | undefined): Promise<string[]> {
  const figures: { virtual: string; http: string; failed: number; busy: Busy }[] = []
  const p95 = (times: readonly number[]): string => (percentile(times, 95) / 1_000).toPrecision(3)
  for (const name of names) {
    const { outcomes } = simulate({ arrivals: drawn(load), instances: INSTANCES, schedulerOf: policies[name], ...(fault && { fault }) })
    const { times, failed, busy } = await overHttp(name, load, fault)
    figures.push({ virtual: p95(outcomes.filter((one) => !one.spec.plain).map((one) => one.doneMs - one.arrivedMs)), http: p95(times), failed, busy })
    process.stderr.write(`${title}, ${load.workload}, ${name}: ${JSON.stringify(figures.at(-1))}\n`)
  }
  const each = (pick: (one: (typeof figures)[number]) => number | string): string => figures.map(pick).join(' / ')
  const percent = (share: number): string => (100 * share).toFixed(0)
  return [...figures.map(({ virtual, http }) => `${virtual} / ${http}`), each(({ failed }) => failed), each(({ busy }) => percent(busy.router)), each(({ busy }) => percent(busy.instance))]
}

/** Shares of the time in which the router and the busiest instance had something to do: what is near 1 measures the machine. */
type Busy = { router: number; instance: number }

/** The time of the simulated hardware: what the router waits for and how fast it judges that an instance is, it counts in that. */
function createScaledClock(): Clock {
  const now = (): number => performance.timeOrigin + performance.now() * SCALE
  return {
    now,
    wakeAt(at, wake) {
      const timer = setTimeout(wake, Math.max(0, Math.ceil((at - now()) / SCALE)))
      return () => clearTimeout(timer)
    },
  }
}

/** What it is asked is read half of the delay later, and told another half later. */
function scrapedLate(client: InstanceClient, delayMs: number): InstanceClient {
  const wait = (): Promise<void> => sleep(delayMs / 2 / SCALE)
  return {
    ...client,
    async metrics() {
      await wait()
      const figures = await client.metrics()
      await wait()
      return figures
    },
  }
}

async function startInstances(fault: Fault | undefined): Promise<{ children: ChildProcess[]; clients: InstanceClient[] }> {
  const children = Array.from({ length: INSTANCES }, (_, index) => fork(import.meta.filename, [SERVE, String(fault?.kind === 'slow' && index === 0 ? fault.factor : 1)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }))
  const clients = await Promise.all(children.map(async (child, index) => {
    const [url] = (await once(child, 'message')) as [string]
    const client = createInstanceClient({ id: `i${index}`, url })
    return fault?.kind === 'late scrapes' ? scrapedLate(client, fault.delayMs) : client
  }))
  return { children, clients }
}

async function busiestOf(children: readonly ChildProcess[]): Promise<number> {
  const shares = await Promise.all(children.filter((child) => child.connected).map(async (child) => {
    child.send('how busy?')
    return ((await once(child, 'message')) as [number])[0]
  }))
  return Math.max(...shares)
}

type Called = { times: number[]; failed: number }

/** @returns times of runs in ms of the simulated hardware */
async function overHttp(name: PolicyName, load: Load, fault: Fault | undefined): Promise<Called & { busy: Busy }> {
  const { children, clients } = await startInstances(fault)
  const router = createRouter({ clients, clock: createScaledClock(), ids: createRandomIds(), log: () => undefined, scheduler: policies[name] })
  router.start()
  await router.ready()
  const handle = createRouterHandler(router)
  const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const callers = fork(import.meta.filename, [CALL, JSON.stringify({ base, load } satisfies Calls)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  // It has said why.
  callers.on('exit', (code) => code && process.exit(1))
  await once(callers, 'message')
  const idle = performance.eventLoopUtilization()
  if (fault?.kind === 'dies') setTimeout(() => children[0]!.kill('SIGKILL'), fault.atMs / SCALE)
  const [called] = (await once(callers, 'message')) as [Called]
  const busy = { router: performance.eventLoopUtilization(idle).utilization, instance: await busiestOf(children) }
  server.close()
  server.closeAllConnections()
  await router.stop()
  for (const child of children) if (child.connected) child.disconnect()
  return { ...called, busy }
}

type Calls = { base: string; load: Load }

/** Tells when it begins, and what came of it. */
async function callAll({ base, load }: Calls): Promise<void> {
  const arrivals = drawn(load)
  const agent = new Agent({ connections: 2_000, headersTimeout: 0, bodyTimeout: 0 })
  let failed = 0

  async function ask(body: string): Promise<string> {
    const reply = await agent.request({ origin: base, path: '/v1/completions', method: 'POST', headers: { 'content-type': 'application/json' }, body })
    return reply.body.text()
  }

  async function call({ prompt, output }: CallSpec, said: Map<number, number[]>, metadata: object): Promise<void> {
    const length = lengthOf(output)
    const body = JSON.stringify({ model: 'heddle-sim-8b', prompt: tokensOf(prompt, said), max_tokens: length, min_tokens: length, ignore_eos: true, stream: true, return_token_ids: true, stream_options: { include_usage: true }, workflow_metadata: metadata })
    let answer = ''
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      answer = await ask(body)
      const tokens = [...answer.matchAll(/"token_ids":\[(\d+)\]/g)].map(([, id]) => Number(id))
      // What the run reads next is what the instance has in its cache.
      if (tokens.length === length) return output.forEach(({ id }) => said.set(id, tokens))
      failed += 1
    }
    throw new Error(`A call was not answered ${MOST_TRIES} times: ${answer.slice(-500)}`)
  }

  async function run({ kind, stages, plain }: RunSpec, id: string): Promise<void> {
    const said = new Map<number, number[]>()
    for (const [index, stage] of stages.entries()) {
      if (stage.pauseMs > 0) await sleep(stage.pauseMs / SCALE)
      const plan = { workflow: kind, ...(!plain && { remaining_tokens: stage.expectedRemaining, last: index === stages.length - 1 }) }
      await Promise.all(stage.calls.map((spec) => call(spec, said, { plan: { ...plan, expected_output_tokens: spec.expectedOutput }, ...(!plain && { workflow_id: id }) })))
    }
  }

  process.send?.('begun')
  const began = performance.now()
  const times: number[] = []
  await Promise.all(arrivals.map(async ({ atMs, spec }, index) => {
    await sleep(Math.max(0, began + atMs / SCALE - performance.now()))
    const started = performance.now()
    await run(spec, `run-${index}`)
    if (!spec.plain) times.push((performance.now() - started) * SCALE)
  }))
  process.send?.({ times, failed } satisfies Called, () => process.exit(0))
}
