import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noticeBody } from '@/domain/alert/alert-notice'
import { READY_MADE, type DeliveryTarget } from '@/domain/alert/alert-rule'
import { createEgressHttpClient } from '@/server/adapters/http/egress-http-client'
import { createNotifier } from './create-notifier'
import { slackMessage } from './slack-message'

const seen: { headers: IncomingMessage['headers']; body: string }[] = []
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => (body += chunk.toString()))
  request.on('end', () => {
    seen.push({ headers: request.headers, body })
    if (request.url !== '/never') response.writeHead(Number(request.url?.slice(1) || 200)).end()
  })
})
let base = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
const http = createEgressHttpClient({ allow: ['127.0.0.1'] })
const guarded = createEgressHttpClient()
afterAll(async () => {
  await http.close()
  await guarded.close()
  server.closeAllConnections()
  server.close()
})

const at = 1_700_000_000_123
const body = noticeBody('alert.firing', READY_MADE.failureRate, { id: 'alert_1', ruleId: 'rule_1', subject: 'wf_1/plan', value: 0.5, firedAt: at }, at)
const notice = { id: 'notice_1', body, at }
const webhook = (path = '', more: Partial<DeliveryTarget> = {}): DeliveryTarget => ({ kind: 'webhook', url: `${base}/${path}`, ...more } as DeliveryTarget)

describe('a webhook', () => {
  test('carries what fires, an id that stays, and the time', async () => {
    await createNotifier({ http }).send(webhook(), notice)
    const { headers, body: text } = seen.at(-1)!
    expect(JSON.parse(text)).toMatchObject({ type: 'alert.firing', timestamp: '2023-11-14T22:13:20.123Z', data: { alertId: 'alert_1', workflowId: 'wf_1', nodeId: 'plan', value: 0.5, unit: 'share', threshold: 0.3 } })
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': 'notice_1', 'webhook-timestamp': '1700000000', 'idempotency-key': 'notice_1' })
    expect(headers).not.toHaveProperty('webhook-signature')
  })

  test.each([['a text', 'sixteen-or-longer', Buffer.from('sixteen-or-longer')], ['base64', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')]])('is signed with a secret that is %s', async (_what, secret, key) => {
    await createNotifier({ http }).send(webhook('', { secret }), notice)
    const { headers, body: text } = seen.at(-1)!
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(`notice_1.1700000000.${text}`).digest('base64')}`)
  })

  test.each([[500, true], [503, true], [429, true], [404, false], [410, false], [302, false]])('answered with %i: another try is of use: %s', async (status, retryable) => {
    await expect(createNotifier({ http }).send(webhook(String(status)), notice)).rejects.toMatchObject({ code: 'NOTICE_REFUSED', retryable })
  })

  test('leads to the run that shows why: by its path, and by its address where that is known', async () => {
    const run = noticeBody('alert.firing', READY_MADE.failureRate, { id: 'alert_1', ruleId: 'rule_1', subject: 'wf_1/plan', value: 0.5, firedAt: at, example: { runId: 'run_1', workflowName: 'Nightly & co', nodeName: 'Plan it', step: 'plan[2]' } }, at)
    await createNotifier({ http }).send(webhook(), { ...notice, body: run })
    expect(JSON.parse(seen.at(-1)!.body)).toMatchObject({ data: { workflowName: 'Nightly & co', nodeName: 'Plan it', run: { id: 'run_1', step: 'plan[2]', path: '/runs/run_1?step=plan%5B2%5D' } } })
    expect(JSON.parse(seen.at(-1)!.body)).not.toHaveProperty('data.run.url')
    await createNotifier({ http, publicUrl: 'https://heddle.example/' }).send({ kind: 'slack', url: `${base}/` }, { ...notice, body: run })
    expect(JSON.parse(seen.at(-1)!.body)).toMatchObject({ text: 'Firing: Failure rate above 30% · agent Plan it of workflow Nightly &amp; co', attachments: [{ fields: [{ title: 'Run', value: '<https://heddle.example/runs/run_1?step=plan%5B2%5D|run_1, step plan[2]>' }, {}, {}, {}, {}] }] })
  })

  test('does not reach a private address that is not allowed', async () => {
    const before = seen.length
    await expect(createNotifier({ http: guarded }).send(webhook(), notice)).rejects.toMatchObject({ code: 'EGRESS_REFUSED', retryable: false })
    expect(seen.length).toBe(before)
  })

  test('gives up on a receiver that does not answer in time', async () => {
    const given: { abort?: () => void } = {}
    const timeout = (reason: Error) => {
      const abort = new AbortController()
      given.abort = () => abort.abort(reason)
      return { signal: abort.signal, clear: () => undefined }
    }
    const before = seen.length
    const sending = createNotifier({ http, timeout }).send(webhook('never'), notice)
    await expect.poll(() => seen.length).toBe(before + 1)
    given.abort!()
    await expect(sending).rejects.toMatchObject({ code: 'NOTICE_TIMEOUT', retryable: true })
  })
})

describe('Slack', () => {
  test('gets a text and the figures, unsigned', async () => {
    await createNotifier({ http }).send({ kind: 'slack', url: `${base}/` }, notice)
    const { headers, body: text } = seen.at(-1)!
    expect(headers).not.toHaveProperty('webhook-id')
    expect(JSON.parse(text)).toMatchObject({ text: 'Firing: Failure rate above 30% · agent plan of workflow wf_1', attachments: [{ color: '#dc2626', fields: [{ title: 'Value', value: '50 %' }, { title: 'Condition', value: 'above 30 % over 15 min' }, { value: 'critical' }, { value: 'workflow.failureRate' }] }] })
  })

  test('sees no mention or link in a name', () => {
    const message = slackMessage({ ...body, type: 'alert.resolved', data: { ...body.data, ruleName: '<!channel> & <http://x|y>', value: null } })
    expect(message.text).toContain('Resolved: &lt;!channel&gt; &amp; &lt;http://x|y&gt;')
    expect(message.attachments[0]).toMatchObject({ color: '#16a34a', fields: [{ value: 'no data' }, {}, {}, {}] })
  })
})
