import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { InstanceFailed } from '@/server/ports/instance-client'
import { createRouter } from '@/server/router/create-router'
import { createRouterHandler } from '@/server/router/router-http'
import { jsonReply, scriptedInstance, textOf } from '@/server/router/scripted-instance'
import { createManualClock } from '../memory/manual-clock'
import { createSeededIds } from '../memory/seeded-ids'
import { createInstanceClient } from './create-instance-client'
import { createRemoteRouter } from './remote-router'

const stops: (() => unknown)[] = []
afterEach(() => Promise.all(stops.splice(0).map((stop) => stop())))

/** A process with the role router, as far as engines ask it. */
async function routerProcess() {
  const instance = scriptedInstance('gpu')
  const router = createRouter({ clients: [instance], clock: createManualClock(), ids: createSeededIds(), log: () => undefined })
  await router.ready()
  const handle = createRouterHandler(router)
  const server = createServer((request, response) => (request.url === '/api/fleet' ? response.end(JSON.stringify(router.fleet())) : void handle(request, response)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = () => (server.closeAllConnections(), server.close())
  stops.push(stop)
  return { instance, stop, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

function remote(...urls: string[]) {
  const lines: string[] = []
  const clock = createManualClock()
  const router = createRemoteRouter({ clients: urls.map((url) => createInstanceClient({ id: url, url })), clock, log: ({ message }) => lines.push(typeof message === 'string' ? message : message()) })
  stops.push(() => router.stop())
  return { router, lines, clock }
}

const body = Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], workflow_metadata: { workflow_id: 'run_1' } }))
const CALL = { path: '/v1/chat/completions', headers: { 'content-type': 'application/json' }, body }
const never = new AbortController().signal

describe('calls by way of a router elsewhere', () => {
  it('bring back where they went, why, and what else was looked at', async () => {
    const there = await routerProcess()
    const { router } = remote(there.url)
    const reply = await router.dispatch(CALL, never)
    expect(reply.status).toBe(200)
    expect(reply.route).toMatchObject({ instanceId: 'gpu', url: 'http://gpu', policy: 'flow', attempts: 1, cachedTokens: 4, candidates: [{ instanceId: 'gpu' }] })
    expect(await textOf(reply.body)).toContain('"ok":true')
    // The question itself is between the two processes; the run's name stays in the router.
    expect(Object.keys(there.instance.asked[0]!.headers)).not.toContain('x-heddle-explain')
    expect(Buffer.from(there.instance.asked[0]!.body!).toString()).not.toContain('run_1')
  })

  it('go to the next router when one is gone, and stay there', async () => {
    const [first, second] = [await routerProcess(), await routerProcess()]
    const { router } = remote(first.url, second.url)
    await textOf((await router.dispatch(CALL, never)).body)
    expect([first.instance.asked.length, second.instance.asked.length]).toEqual([1, 0])
    first.stop()
    await textOf((await router.dispatch(CALL, never)).body)
    await textOf((await router.dispatch(CALL, never)).body)
    expect([first.instance.asked.length, second.instance.asked.length]).toEqual([1, 2])
  })

  it('are not asked again of another router when one may still work on them', async () => {
    const [slow, other] = [scriptedInstance('slow'), scriptedInstance('other')]
    slow.answer = () => Promise.reject(new InstanceFailed('http://slow', 'timeout', 'nothing for minutes'))
    const router = createRemoteRouter({ clients: [slow, other], clock: createManualClock(), log: () => undefined })
    await expect(router.dispatch(CALL, never)).rejects.toMatchObject({ fault: 'timeout' })
    expect(other.asked).toEqual([])
  })

  it('hand a refusal on as it is', async () => {
    const there = scriptedInstance('there')
    there.answer = () => jsonReply({ error: { message: 'full', code: 'QUEUE_FULL' } }, 429)
    const router = createRemoteRouter({ clients: [there], clock: createManualClock(), log: () => undefined })
    const reply = await router.dispatch(CALL, never)
    expect([reply.status, reply.route]).toEqual([429, undefined])
  })

  it('know the models and the fleet behind the router, and say once when nobody answers', async () => {
    const there = await routerProcess()
    const { router, lines, clock } = remote(there.url)
    await router.start()
    expect(router.models().map(({ id }) => id)).toEqual(['m'])
    expect(router.fleet().instances.map(({ id, health }) => [id, health])).toEqual([['gpu', 'healthy']])
    there.stop()
    await router.start()
    await router.start()
    expect(lines).toEqual([expect.stringContaining('No router of HEDDLE_ROUTER answers')])
    expect(router.fleet().instances).toEqual([])
    expect(clock.waiting().length).toBeGreaterThan(0)
  })
})
