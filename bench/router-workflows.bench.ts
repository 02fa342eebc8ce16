/**
 * What workflow data brings to one workflow on an idle fleet: five agents after one another and at once, ten rounds over
 * a long shared context, three workflows on three instances, and messages between agents. Over HTTP, simulated servers,
 * SCALE times faster than the hardware that is simulated. Not measured: real vLLM, other load beside it.
 */
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
import { table } from './figures'
import { simulate } from './routing/virtual-fleet'
import type { CallSpec, RunSpec } from './routing/workloads'

const SCALE = 4
const AGENTS = 5
const ROUNDS = 10
/** About 12,000 tokens. */
const CONTEXT = 'The loom keeps what was woven and shows where the thread broke. '.repeat(800)

type World = Awaited<ReturnType<typeof open>>

async function open(policy: PolicyName) {
  const fleet = await startSimFleet({ instances: 3, port: 0, timeScale: SCALE })
  const router = createRouter({ clients: fleet.urls.map((url, index) => createInstanceClient({ id: `i${index}`, url })), clock: createSystemClock(), ids: createRandomIds(), log: () => undefined, scheduler: policies[policy] })
  router.start()
  await router.ready()
  const handle = createRouterHandler(router)
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const agent = new Agent({ connections: 64 })
  return {
    async ask(path: string, body?: object): Promise<unknown> {
      const reply = await agent.request({ origin, path, method: body ? 'POST' : 'GET', headers: { 'content-type': 'application/json' }, ...(body && { body: JSON.stringify(body) }) })
      const text = await reply.body.text()
      if (reply.statusCode !== 200) throw new Error(text)
      return JSON.parse(text)
    },
    async close(): Promise<void> {
      await agent.destroy()
      server.close()
      server.closeAllConnections()
      await router.stop()
      await fleet.close()
    },
  }
}

const call = (world: World, content: string, maxTokens: number, workflow?: { id: string; agent: string }) =>
  world.ask('/v1/chat/completions', { model: 'heddle-sim-8b', messages: [{ role: 'user', content }], max_tokens: maxTokens, min_tokens: maxTokens, ignore_eos: true, ...(workflow && { workflow_metadata: { workflow_id: workflow.id, agent_id: workflow.agent } }) })

/** @returns seconds of the simulated hardware */
async function timed(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await act()
  return ((performance.now() - began) / 1_000) * SCALE
}

async function within<T>(policy: PolicyName, act: (world: World) => Promise<T>): Promise<T> {
  const world = await open(policy)
  try {
    return await act(world)
  } finally {
    await world.close()
  }
}

const agents = Array.from({ length: AGENTS }, (_, index) => index)
const rounds = Array.from({ length: ROUNDS }, (_, index) => index)
const inTurn = async (each: readonly number[], act: (index: number) => Promise<unknown>): Promise<void> => {
  for (const index of each) await act(index)
}
const atOnce = (each: readonly number[], act: (index: number) => Promise<unknown>) => Promise.all(each.map(act))
const rows: string[][] = []

const sequence = await within('flow', (world) => timed(() => inTurn(agents, (index) => call(world, `Agent ${index}: report.`, 256, { id: 'seq', agent: `a${index}` }))))
const parallel = await within('flow', (world) => timed(() => atOnce(agents, (index) => call(world, `Agent ${index}: report.`, 256, { id: 'par', agent: `a${index}` }))))
rows.push([`${AGENTS} agents, each 256 tokens: one after another, at once`, `${sequence.toFixed(1)} s, ${parallel.toFixed(1)} s`, `× ${(sequence / parallel).toFixed(1)}`])

const overContext = (policy: PolicyName, workflow?: { id: string; agent: string }) => within(policy, (world) => timed(() => inTurn(rounds, (index) => call(world, `${CONTEXT}\nRound ${index}: what follows?`, 16, workflow))))
/** Each call with a cache of its own: what engines do that share nothing. */
const uncached = await within('round-robin', (world) => timed(() => inTurn(rounds, (index) => world.ask('/v1/chat/completions', { model: 'heddle-sim-8b', messages: [{ role: 'user', content: `${CONTEXT}\nRound ${index}: what follows?` }], max_tokens: 16, min_tokens: 16, ignore_eos: true, cache_salt: `s${index}` }))))
const spread = await overContext('round-robin')
const plain = await overContext('flow')
const aware = await overContext('flow', { id: 'rounds', agent: 'a' })
rows.push([`${ROUNDS} rounds over 12,000 shared tokens: nothing cached, with workflow data`, `${uncached.toFixed(1)} s, ${aware.toFixed(1)} s`, `× ${(uncached / aware).toFixed(1)}`])
rows.push(['the same, round robin without workflow data', `${spread.toFixed(1)} s`, `× ${(spread / aware).toFixed(1)}`])
rows.push(['the same, FLOW without workflow data', `${plain.toFixed(1)} s`, `× ${(plain / aware).toFixed(1)}`])

const both = (workflow: boolean) => (world: World) => timed(() => inTurn(rounds, (round) => (workflow ? atOnce : inTurn)(agents, (index) =>
  workflow
    ? call(world, `${CONTEXT}\nAgent ${index}, round ${round}.`, 64, { id: 'both', agent: `a${index}` })
    : world.ask('/v1/chat/completions', { model: 'heddle-sim-8b', messages: [{ role: 'user', content: `${CONTEXT}\nAgent ${index}, round ${round}.` }], max_tokens: 64, min_tokens: 64, ignore_eos: true, cache_salt: `s${index}/${round}`.replace('/', '-') }))))
const naive = await within('round-robin', both(false))
const whole = await within('flow', both(true))
rows.push([`${AGENTS} agents, ${ROUNDS} rounds, shared context, 64 tokens each: one after another uncached, at once with workflow data`, `${naive.toFixed(1)} s, ${whole.toFixed(1)} s`, `× ${(naive / whole).toFixed(1)}`])

/**
 * The same in virtual time, which a busy machine does not lengthen: what bounds it is the engine, and this says by how much.
 * @returns seconds until all rounds have ended
 */
function virtually(policy: PolicyName, outputTokens: number, isPlain: boolean): number {
  const context = [{ id: 1, length: 12_000 }]
  let text = 2
  const own = (length: number) => [{ id: text++, length }]
  // Nothing is shared where even the context is another each time.
  const one = (): CallSpec => ({ prompt: [...(isPlain ? own(12_000) : context), ...own(12)], output: own(outputTokens), expectedOutput: outputTokens })
  const stages = isPlain ? agents.flatMap(() => rounds.map(() => [one()])) : rounds.map(() => agents.map(one))
  const spec: RunSpec = { kind: 'rounds', plain: isPlain, stages: stages.map((calls, index) => ({ calls, pauseMs: 0, expectedRemaining: (stages.length - 1 - index) * calls.length * (outputTokens + 12) })) }
  return simulate({ arrivals: [{ atMs: 0, spec }], instances: 3, schedulerOf: policies[policy] }).outcomes[0]!.doneMs / 1_000
}
for (const tokens of [16, 32, 64, 256]) {
  const alone = virtually('round-robin', tokens, true)
  const [home, apart] = [virtually('flow', tokens, false), virtually('least-requests', tokens, false)]
  rows.push([`the same in virtual time, ${tokens} tokens each: FLOW; spread over the instances`, `${alone.toFixed(1)} s, ${home.toFixed(1)} s; ${apart.toFixed(1)} s`, `× ${(alone / home).toFixed(1)}; × ${(alone / apart).toFixed(1)}`])
}

const isolated = await within('flow', async (world) => {
  await Promise.all(['a', 'b', 'c'].map((id) => inTurn(rounds, (index) => call(world, `${id} ${CONTEXT}\nRound ${index}`, 16, { id, agent: 'x' }))))
  return Promise.all(['a', 'b', 'c'].map(async (id) => (await world.ask(`/v1/workflows/${id}/status`)) as { instances: { url: string; requests: number }[] }))
})
const homes = isolated.map(({ instances }) => instances.toSorted((a, b) => b.requests - a.requests)[0]!.url)
rows.push(['3 workflows at once over 3 instances', `${new Set(homes).size} instances are homes; ${isolated.map(({ instances }) => `${Math.max(...instances.map((one) => one.requests))} of ${ROUNDS}`).join(', ')} calls at home`, ''])

const MESSAGES = 3_000
const messages = await within('flow', async (world) => {
  const began = performance.now()
  await Promise.all(Array.from({ length: 16 }, async (_, lane) => {
    for (let index = 0; index < MESSAGES / 16; index++) {
      await world.ask('/v1/workflows/m/messages', { source_agent: 'a', target_agent: `b${lane}`, payload: { index } })
      await world.ask(`/v1/workflows/m/agents/b${lane}/messages?timeout=0`)
    }
  }))
  return MESSAGES / ((performance.now() - began) / 1_000)
})
rows.push(['messages sent and received, 16 pairs of agents', `${messages.toFixed(0)} a second`, ''])

process.stdout.write(table(['workflow data', 'measured (simulated hardware)', 'ratio'], rows))
process.exit(0)
