import { expect, test } from 'vitest'
import { createManualClock } from '../adapters/memory/manual-clock'
import { createSeededIds } from '../adapters/memory/seeded-ids'
import { createRouter } from './create-router'
import { jsonReply, scriptedInstance, textOf } from './scripted-instance'

/** More than half of the KV cache that is assumed where no server says: one call at a time. */
const LARGE = 480_000

type Caller = { key?: string; workflow?: string; run?: string }
const parties: [string, Caller, Caller][] = [
  ['API keys', { key: 'large' }, { key: 'small' }],
  ['workflows', { run: 'a', workflow: 'wf_large' }, { run: 'b', workflow: 'wf_small' }],
  ['a run, where no workflow is named', { run: 'large' }, { run: 'small' }],
]

test.each(parties)('a call is not behind all of those that came before it: %s', async (_name, large, small) => {
  const clock = createManualClock()
  const instance = scriptedInstance('i0')
  const open: { who: string; end: () => void }[] = []
  instance.answer = ({ body }) => new Promise((resolve) => open.push({ who: /"user":"(\w+)"/.exec(Buffer.from(body!).toString())![1]!, end: () => resolve(jsonReply({ usage: { prompt_tokens: 120_000, completion_tokens: 1 } })) }))
  const router = createRouter({ clients: [instance], clock, ids: createSeededIds(), log: () => undefined })
  let made = 0
  function call(user: string, { key, workflow, run }: Caller): void {
    const content = String.fromCharCode(65 + made++).repeat(LARGE)
    const body = { model: 'm', max_tokens: 10, user, messages: [{ role: 'user', content }], ...(run !== undefined && { workflow_metadata: { workflow_id: run, ...(workflow !== undefined && { plan: { workflow } }) } }) }
    void router.dispatch({ path: '/v1/chat/completions', headers: key === undefined ? {} : { authorization: `Bearer ${key}` }, body: Buffer.from(JSON.stringify(body)) }, new AbortController().signal).then((reply) => textOf(reply.body))
  }
  const until = async (isTrue: () => Promise<boolean> | boolean): Promise<void> => { while (!(await isTrue())) await new Promise((resolve) => setImmediate(resolve)) }
  const waiting = async (): Promise<number> => Number(/heddle_router_waiting (\d+)/.exec(await router.metricsText())?.[1])

  for (let index = 0; index < 20; index++) call('large', large)
  await until(async () => (await waiting()) === 19)
  call('small', small)
  await until(async () => (await waiting()) === 20)
  const order: string[] = []
  for (let left = 20; left >= 0; left--) {
    await until(() => open.length === 1)
    const { who, end } = open.shift()!
    order.push(who)
    // A call takes two seconds: with the third it has waited for more than five.
    clock.advance(2_000)
    end()
    await until(async () => (await waiting()) === Math.max(0, left - 1) && (left === 0 || open.length === 1))
  }
  expect(order.indexOf('small')).toBeGreaterThan(1)
  expect(order.indexOf('small')).toBeLessThan(6)
  expect(order).toHaveLength(21)
})
