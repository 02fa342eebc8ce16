import { expect, test } from 'vitest'
import { createInstanceClient } from '../adapters/vllm/create-instance-client'
import { createModelGateway } from '../adapters/vllm/create-model-gateway'
import { createManualClock } from '../adapters/memory/manual-clock'
import { createSeededIds } from '../adapters/memory/seeded-ids'
import { startSimFleet } from '../fleet-sim/sim-fleet'
import type { ModelRequest } from '../ports/model-gateway'
import { createRouter } from './create-router'
import { jsonReply, scriptedInstance, textOf } from './scripted-instance'

const never = new AbortController().signal

function setUp({ warmUp = true } = {}) {
  const clock = createManualClock()
  const instances = [scriptedInstance('i0'), scriptedInstance('i1')]
  const router = createRouter({ clients: instances, clock, ids: createSeededIds(), log: () => undefined, settings: { warmUp } })
  const send = (body: object, signal = never) => router.dispatch({ path: '/v1/chat/completions', headers: {}, body: Buffer.from(JSON.stringify({ model: 'm', ...body })) }, signal)
  const call = (run: string, content = 'x'.repeat(2_000)) => send({ messages: [{ role: 'user', content }], workflow_metadata: { workflow_id: run } })
  const warm = async (run: string, content = 'y'.repeat(2_000)) => JSON.parse(await textOf((await send({ messages: [{ role: 'user', content }], workflow_metadata: { workflow_id: run, warm_up: true } })).body)) as { outcome: string; instance?: string }
  const done = async (run: string) => textOf((await call(run)).body)
  const homeOf = (run: string) => instances.find(({ id }) => router.fleet().instances.find((one) => one.workflows.includes(run))?.id === id)!
  return { router, instances, call, warm, done, homeOf }
}

test('it goes to the home of the run as a call for one token, without workflow data, and is counted apart', async () => {
  const { warm, done, homeOf, router } = setUp()
  await done('run_1')
  const before = router.fleet().instances.reduce((sum, one) => sum + one.requests, 0)
  expect(await warm('run_1')).toMatchObject({ outcome: 'sent', instance: homeOf('run_1').id, usage: { prompt_tokens: 10 } })
  const body = JSON.parse(Buffer.from(homeOf('run_1').asked.at(-1)!.body!).toString()) as Record<string, unknown>
  expect(body).toMatchObject({ max_tokens: 1, stream: false })
  expect(body).not.toHaveProperty('workflow_metadata')
  const { instances } = router.fleet()
  expect(instances.reduce((sum, one) => sum + one.requests, 0)).toBe(before)
  expect(instances.find((one) => one.workflows.includes('run_1'))!.warmUps).toEqual({ sent: 1, yielded: 0, tokens: 6 })
  expect(await router.metricsText()).toContain('heddle_router_warm_ups_total{vllm_instance="' + homeOf('run_1').id + '",outcome="sent"} 1')
})

test('nothing is sent while the home has a call, of whatever run', async () => {
  const { warm, done, call, homeOf } = setUp()
  await done('run_1')
  const busy = homeOf('run_1')
  const asked = busy.asked.length
  const open = await call('run_1')
  expect(await warm('run_1')).toMatchObject({ outcome: 'busy' })
  expect(busy.asked.length).toBe(asked + 1)
  await textOf(open.body)
  expect(await warm('run_1')).toMatchObject({ outcome: 'sent' })
})

test('nothing is sent where others keep the instance busy, or its cache is full', async () => {
  const { warm, done, homeOf, router } = setUp()
  await done('run_1')
  for (const figures of [{ running: 1 }, { running: 0, waiting: 2 }, { running: 0, waiting: 0, kvUsage: 0.9 }]) {
    homeOf('run_1').figures = figures
    router.start()
    await new Promise((resolve) => setImmediate(resolve))
    expect(await warm('run_1'), JSON.stringify(figures)).toMatchObject({ outcome: 'busy' })
    await router.stop()
  }
})

test('a call that comes ends it', async () => {
  const { warm, done, call, homeOf } = setUp()
  await done('run_1')
  const home = homeOf('run_1')
  const answer = home.answer
  let under: AbortSignal | undefined
  home.answer = (_request, signal) => new Promise((_resolve, reject) => {
    under = signal
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
  const ahead = warm('run_1')
  await new Promise((resolve) => setImmediate(resolve))
  expect(under?.aborted).toBe(false)
  home.answer = answer
  await textOf((await call('run_1')).body)
  expect(under?.aborted).toBe(true)
  expect(await ahead).toMatchObject({ outcome: 'yielded' })
})

test('an error of the instance opens no breaker and reaches nobody', async () => {
  const { warm, done, homeOf, router } = setUp()
  await done('run_1')
  homeOf('run_1').answer = () => jsonReply({ error: { message: 'no' } }, 500)
  for (let time = 0; time < 5; time++) expect(await warm('run_1', `${time}`.repeat(2_000))).toMatchObject({ outcome: 'failed' })
  expect(router.fleet().instances.map(({ breaker, health }) => [breaker, health])).toEqual([['closed', 'healthy'], ['closed', 'healthy']])
})

test('what is there already, and a run that lives nowhere, cost nothing', async () => {
  const { warm, done, instances } = setUp()
  await done('run_1')
  const asked = instances.reduce((sum, one) => sum + one.asked.length, 0)
  expect(await warm('run_1', 'x'.repeat(2_000))).toMatchObject({ outcome: 'cached' })
  expect(await warm('run_2')).toMatchObject({ outcome: 'no-home' })
  expect(instances.reduce((sum, one) => sum + one.asked.length, 0)).toBe(asked)
})

test('switched off it is refused, and the fleet says nothing of it', async () => {
  const { warm, done, router } = setUp({ warmUp: false })
  await done('run_1')
  expect(await warm('run_1')).toMatchObject({ outcome: 'off' })
  expect(router.fleet().instances[0]).not.toHaveProperty('warmUps')
})

test('the next call of the run finds more in the cache of a real simulated server', async () => {
  const fleet = await startSimFleet({ instances: 1, port: 0, timeScale: 100 })
  const clock = createManualClock()
  const router = createRouter({ clients: fleet.urls.map((url) => createInstanceClient({ id: 'i0', url })), clock, ids: createSeededIds(), log: () => undefined, settings: { warmUp: true } })
  const gateway = createModelGateway({ dispatch: router.dispatch, clock, defaultModel: () => router.models()[0]?.id })
  await router.ready()
  const role = 'You review what others wrote, line by line, and you are never satisfied. '.repeat(60)
  const request = (runId: string, nodeId: string, content: string): ModelRequest => ({ messages: [{ role: 'system', content: nodeId === 'plan' ? `Run ${runId}` : `Run ${runId}. ${role}` }, { role: 'user', content }], maxTokens: 4, run: { runId, nodeId, attempt: 1, priority: 1, callsToCome: 1 } })
  try {
    const cached = async (runId: string, ahead: boolean) => {
      await gateway.chat(request(runId, 'plan', 'Plan.'), { signal: never, onText: () => undefined })
      if (ahead) expect(await gateway.warm({ ...request(runId, 'review', 'Review: '), runId, nodeId: 'review' }, never)).toBe(true)
      return (await gateway.chat(request(runId, 'review', 'Review: this.'), { signal: never, onText: () => undefined })).usage
    }
    const [cold, warm] = [await cached('run_cold', false), await cached('run_warm', true)]
    expect(cold.cachedTokens).toBeLessThan(0.1 * cold.promptTokens)
    expect(warm.cachedTokens).toBeGreaterThan(0.9 * warm.promptTokens)
  } finally {
    await router.stop()
    await fleet.close()
  }
})
