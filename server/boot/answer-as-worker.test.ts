import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HealthBody } from '@/wire/telemetry'
import { createWorkerAnswers } from './answer-as-worker'

const report = { status: 'ok' as const, version: '1.2.3', uptimeMs: 5, checks: [{ name: 'store', status: 'ok' as const, message: 'Reads and answers', checkedAt: 1_700_000_000_123 }] }
const answers = createWorkerAnswers({ health: () => report, metricsText: () => Promise.resolve('heddle_up 1\n'), refusalOf: (request) => (request.headers.origin === undefined ? undefined : 'origin') })
const server = createServer((request, response) => void answers(request, response))
let url = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())

test('a process that only works on runs tells its health as the one with pages does: times as ISO 8601', async () => {
  const body = HealthBody.parse(await (await fetch(`${url}/api/health`)).json())
  expect(body).toEqual({ ...report, checks: [{ ...report.checks[0], checkedAt: '2023-11-14T22:13:20.123Z' }] })
})

test('it tells its metrics, refuses other sites, and knows no other address', async () => {
  expect(await (await fetch(`${url}/metrics`)).text()).toBe('heddle_up 1\n')
  expect((await fetch(`${url}/api/health`, { headers: { origin: 'http://evil.test' } })).status).toBe(403)
  expect(await (await fetch(`${url}/api/runs`)).json()).toMatchObject({ status: 404, code: 'NOT_FOUND' })
})
