/**
 * What it brings to compute the beginning of the next agent's prompt while a tool of the run works: runs of two agents with
 * a tool between them, whose second agent has a long role. Over HTTP, two simulated servers, SCALE times faster than the
 * hardware that is simulated; the same runs with and without. Beside them plain chat, which must not be slower for it.
 * Not measured: real vLLM, prompts that vary by tools.
 */
import { createModelGateway } from '@/server/adapters/vllm/create-model-gateway'
import { createRandomIds } from '@/server/adapters/system/random-ids'
import { createSystemClock } from '@/server/adapters/system/system-clock'
import { createInstanceClient } from '@/server/adapters/vllm/create-instance-client'
import { startSimFleet } from '@/server/fleet-sim/sim-fleet'
import { createRouter } from '@/server/router/create-router'
import { percentile, table } from './figures'

const SCALE = 4
const RUNS = 24
/** About 6,000 tokens each. */
const CONTEXT = 'The loom keeps what was woven and shows where the thread broke. '.repeat(400)
const ROLE = 'You check every claim against its source and say which line you took it from. '.repeat(320)
const never = new AbortController().signal
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms / SCALE))

type Figures = { firstTokenMs: number[]; cached: number; prompt: number; chatMs: number[]; warmed: number; yielded: number }

async function measured({ ahead, atOnce, chatEveryMs }: { ahead: boolean; atOnce: number; chatEveryMs: number }): Promise<Figures> {
  const fleet = await startSimFleet({ instances: 2, port: 0, timeScale: SCALE })
  const clock = createSystemClock()
  const router = createRouter({ clients: fleet.urls.map((url, index) => createInstanceClient({ id: `i${index}`, url })), clock, ids: createRandomIds(), log: () => undefined, settings: { warmUp: true, scrapeMs: 100 } })
  router.start()
  await router.ready()
  const gateway = createModelGateway({ dispatch: router.dispatch, clock, defaultModel: () => router.models()[0]?.id })
  const figures: Figures = { firstTokenMs: [], cached: 0, prompt: 0, chatMs: [], warmed: 0, yielded: 0 }

  async function ask(runId: string | undefined, nodeId: string, system: string, content: string, maxTokens: number) {
    const began = performance.now()
    let first: number | undefined
    const { usage } = await gateway.chat({ messages: [...(system === '' ? [] : [{ role: 'system' as const, content: system }]), { role: 'user', content }], maxTokens, run: { runId: runId ?? `chat_${began}`.replace('.', '_'), nodeId, attempt: 1, priority: 1, callsToCome: nodeId === 'plan' ? 1 : 0 } }, { signal: never, onText: () => (first ??= performance.now()) })
    return { ms: ((first ?? performance.now()) - began) * SCALE, usage }
  }

  async function run(index: number): Promise<void> {
    const runId = `run_${index}`
    const shared = `Run ${index}. ${CONTEXT}`
    await ask(runId, 'plan', shared, 'Plan.', 64)
    // The tool works; the agent behind it is known.
    const tool = pause(2_000)
    if (ahead) void gateway.warm({ messages: [{ role: 'system', content: `${shared}\n\n${ROLE}` }, { role: 'user', content: 'Check: ' }], runId, nodeId: 'check' }, never)
    await tool
    const { ms, usage } = await ask(runId, 'check', `${shared}\n\n${ROLE}`, `Check: what the tool said to ${index}.`, 64)
    figures.firstTokenMs.push(ms)
    figures.cached += usage.cachedTokens ?? 0
    figures.prompt += usage.promptTokens
  }

  let going = true
  const chat = (async () => {
    for (let index = 0; going && chatEveryMs > 0; index++) {
      void ask(undefined, 'chat', '', `Say something about thread ${index}.`, 32).then(({ ms }) => figures.chatMs.push(ms))
      await pause(chatEveryMs)
    }
  })()
  const waiting = Array.from({ length: RUNS }, (_, index) => index)
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) await run(index)
  }))
  going = false
  await chat
  await pause(4_000)
  for (const { warmUps } of router.fleet().instances) {
    figures.warmed += warmUps?.sent ?? 0
    figures.yielded += warmUps?.yielded ?? 0
  }
  await router.stop()
  await fleet.close()
  return figures
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
const times = (after: number, before: number) => (Number.isFinite(after / before) ? `× ${(after / before).toFixed(2)}` : '–')
const share = ({ cached, prompt }: Figures) => `${Math.round((100 * cached) / prompt)} %`

const rows: string[][] = []
for (const [name, atOnce, chatEveryMs] of [['one run at a time', 1, 0], ['one run at a time, chat every second', 1, 1_000], ['4 runs at once, chat every second', 4, 1_000], ['12 runs at once, chat every second', 12, 1_000]] as const) {
  const without = await measured({ ahead: false, atOnce, chatEveryMs })
  const withIt = await measured({ ahead: true, atOnce, chatEveryMs })
  rows.push([
    name, `${share(without)} / ${share(withIt)}`, `${Math.round(mean(without.firstTokenMs))} / ${Math.round(mean(withIt.firstTokenMs))} ms`, times(mean(withIt.firstTokenMs), mean(without.firstTokenMs)),
    chatEveryMs === 0 ? '–' : `${times(mean(withIt.chatMs), mean(without.chatMs))} mean, ${times(percentile(withIt.chatMs, 95), percentile(without.chatMs, 95))} p95`, `${withIt.warmed} of ${RUNS}, ${withIt.yielded} gave way`,
  ])
}
process.stdout.write(table(['load', 'cached of the second prompt, without / with', 'to its first token, without / with', 'ratio', 'first token of plain chat', 'warm-ups sent'], rows))
