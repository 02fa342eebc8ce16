import { createHmac } from 'node:crypto'
import { rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test, type Page } from '@playwright/test'
import { expectAccessible } from './accessible'
import { newDataDir, startHeddle, type HeddleProcess } from './heddle-process'
import { ports } from './ports'

const PORT = ports.own
const SECRET = 'a secret of the receiver'
/** A rule is looked at every 10 s. */
const SOON = { timeout: 30_000 }

type Received = { headers: IncomingHttpHeaders; text: string; body: { type: string; data: { alertId: string; ruleName: string; workflowId?: string; value: number | null } } }

const received: Received[] = []
let receiver: Server
let hook = ''
let heddle: HeddleProcess
let workflow = ''
const dataDir = newDataDir()
// Webhooks to this machine are refused unless they are allowed, like every call to the outside.
const start = async () => (heddle = await startHeddle({ port: PORT, dataDir, env: { HEDDLE_EGRESS_ALLOW: '127.0.0.1' } }))

test.beforeAll(async () => {
  receiver = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      received.push({ headers: request.headers, text, body: JSON.parse(text) as Received['body'] })
      response.writeHead(request.url === '/away' ? 404 : 204).end()
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
  await start()
  const nodes = [
    { id: 'in', type: 'input', name: 'In', position: { x: 0, y: 0 }, config: {} },
    { id: 'count', type: 'transform', name: 'Count', position: { x: 300, y: 0 }, config: { expression: 'int(input.number)', retry: { maxAttempts: 1 } } },
    { id: 'out', type: 'output', name: 'Out', position: { x: 600, y: 0 }, config: { value: '{{ steps.count.output }}' } },
  ]
  workflow = (await call<{ id: string }>('/api/workflows', { name: 'Counting', graph: { nodes, edges: [{ id: 'a', source: 'in', target: 'count' }, { id: 'b', source: 'count', target: 'out' }] } })).id
})
test.afterAll(async () => {
  await heddle.kill('SIGTERM')
  receiver.close()
  rmSync(dataDir, { recursive: true, force: true })
})

async function call<T>(path: string, body: unknown): Promise<T> {
  const reply = await fetch(heddle.url + path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
  expect(reply.ok, `${path}: ${reply.status}`).toBe(true)
  return (await reply.json()) as T
}

/** Runs the workflow to its end: well, or not. */
async function run(ok: boolean): Promise<void> {
  const { id } = await call<{ id: string }>(`/api/workflows/${workflow}/runs`, { input: { number: ok ? '1' : 'one' }, version: 'draft' })
  await expect.poll(async () => ((await (await fetch(`${heddle.url}/api/runs/${id}`)).json()) as { status: string }).status).toBe(ok ? 'completed' : 'failed')
}

const told = (type: string) => received.filter(({ body }) => body.type === type && body.data.ruleName.startsWith('Failure rate'))
const open = (page: Page) => page.getByRole('list', { name: 'Now' }).getByRole('listitem').filter({ hasText: 'Failure rate' })
const rule = (page: Page) => page.locator('[data-rule="rule_failureRate"]')

test('from a failing workflow to a signed notice, seen, silenced, and over when it runs well again', async ({ page }, info) => {
  await page.goto(`${heddle.url}/alerts`)
  await expect(page.getByText('All is well')).toBeVisible()
  await expect(page.getByRole('list', { name: 'Rules' }).getByRole('listitem')).toHaveCount(3)
  await expect(page.getByText('Nothing has fired yet')).toBeVisible()
  await page.screenshot({ path: info.outputPath('1-empty.png'), fullPage: true })

  await page.getByRole('button', { name: 'Edit Failure rate above 30%' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Add an address' }).click()
  await dialog.getByLabel('Address *').fill(hook)
  await dialog.getByLabel('Secret to sign with').fill(SECRET)
  await dialog.getByRole('combobox', { name: 'All well has to last' }).click()
  await page.getByRole('option', { name: 'Not at all: at once' }).click()
  await dialog.getByRole('button', { name: 'Send a test' }).click()
  await expect(dialog.getByText('The test was delivered.')).toBeVisible()
  expect(received.map(({ body }) => body.type)).toEqual(['alert.test'])
  await expectAccessible(page)
  await page.screenshot({ path: info.outputPath('2-form.png') })
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()

  await run(false)
  await expect(open(page)).toContainText('Counting', SOON)
  await expect(open(page)).toContainText('Now 100%')
  await expect(page.getByRole('navigation').getByText(/alerts? fires?$/)).toBeAttached()
  await expect.poll(() => told('alert.firing').length, SOON).toBe(1)
  const [{ headers, text, body }] = told('alert.firing') as [Received]
  expect(body.data).toMatchObject({ workflowId: workflow, value: 1 })
  expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', SECRET).update(`${headers['webhook-id'] as string}.${headers['webhook-timestamp'] as string}.${text}`).digest('base64')}`)
  await expect(rule(page)).toContainText('last notice delivered')
  await expectAccessible(page)
  await page.screenshot({ path: info.outputPath('3-firing.png'), fullPage: true })

  // By keyboard alone.
  await page.getByRole('button', { name: 'Acknowledge Failure rate above 30%, Counting' }).press('Enter')
  await expect(open(page)).toContainText('Seen')
  await page.getByRole('button', { name: 'Silence Failure rate above 30%, Counting' }).press('Enter')
  await page.getByRole('menuitem', { name: '1h' }).press('Enter')
  await expect(open(page)).toContainText('Silenced until')
  await page.getByRole('button', { name: 'End the silence of Failure rate above 30% · Counting' }).press('Enter')
  await expect(open(page)).not.toContainText('Silenced until')

  // What fires survives a kill, and nobody is told twice.
  await heddle.kill('SIGKILL')
  await start()
  await page.reload()
  await expect(open(page)).toContainText('Seen', SOON)

  for (let more = 0; more < 4; more++) await run(true)
  await expect(open(page)).toHaveCount(0, SOON)
  await expect(page.getByRole('row').filter({ hasText: 'Failure rate' })).toContainText('Resolved')
  await expect.poll(() => told('alert.resolved').length, SOON).toBe(1)
  expect(told('alert.resolved')[0]!.body.data.alertId).toBe(body.data.alertId)
  expect(told('alert.firing')).toHaveLength(1)
})

test('a preview shows where a new rule would have fired; an address that refuses shows on its rule', async ({ page }, info) => {
  await run(false)
  await page.goto(`${heddle.url}/alerts`)
  await page.getByRole('button', { name: 'New rule' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: '1h' }).click()
  await dialog.getByLabel('Threshold, % *').fill('10')
  await expect(dialog.getByRole('status').filter({ hasText: 'It would have fired once' })).toBeVisible()
  await expect(dialog.getByRole('img', { name: 'It would have fired once' })).toBeVisible()
  await page.screenshot({ path: info.outputPath('4-preview.png') })
  await dialog.getByLabel('Threshold, % *').fill('many')
  await expect(dialog.getByText('Give a number, such as 30 or 0.5')).toBeVisible()
  await expect(dialog.getByText('Complete the rule to see')).toBeVisible()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog.getByText('Give it a name of at most 120 characters')).toBeVisible()
  await dialog.getByLabel('Threshold, % *').fill('10')
  await dialog.getByLabel('Name *').fill('Strict')
  await dialog.getByRole('button', { name: 'Add an address' }).click()
  await dialog.getByLabel('Address *').fill(hook.replace('/hook', '/away'))
  await dialog.getByRole('button', { name: 'Save' }).click()
  const strict = page.getByRole('list', { name: 'Rules' }).getByRole('listitem').filter({ hasText: 'Strict' })
  await expect(strict).toContainText('Not delivered after 1 try: The address answered with 404', SOON)

  await strict.getByRole('switch', { name: 'Strict is on' }).click()
  await expect(strict).toContainText('off')
  await strict.getByRole('button', { name: 'Delete Strict' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await expect(strict).toHaveCount(0)
})

for (const theme of ['light', 'dark'] as const) {
  test(`on a phone, in Korean, ${theme}`, async ({ page, context }, info) => {
    await context.addCookies([{ name: 'heddle-locale', value: 'ko', url: heddle.url }])
    await page.emulateMedia({ colorScheme: theme })
    await page.setViewportSize({ width: 390, height: 844 })
    await run(false)
    await page.goto(`${heddle.url}/alerts`)
    await expect(page.locator('[data-alert]').filter({ hasText: '실패율 30% 초과' })).toBeVisible(SOON)
    await page.screenshot({ path: info.outputPath(`5-phone-${theme}.png`), fullPage: true })
    await page.getByRole('button', { name: '새 규칙' }).click()
    await expect(page.getByRole('dialog').getByRole('img').first()).toBeAttached()
    await expectAccessible(page)
    const { scrollWidth, innerWidth } = await page.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth, innerWidth: window.innerWidth }))
    expect(scrollWidth).toBeLessThanOrEqual(innerWidth)
    await page.screenshot({ path: info.outputPath(`6-phone-form-${theme}.png`) })
  })
}

test('what cannot be read says so, and is read again on demand', async ({ page }) => {
  // Without the live connection nothing makes the lists read again by themselves.
  await page.routeWebSocket(/\/live/, (socket) => void socket.close())
  await page.route('**/live/**', (route) => route.abort())
  await page.route('**/api/alert-rules', (route) => route.fulfill({ status: 404, contentType: 'application/problem+json', body: JSON.stringify({ code: 'X', detail: 'No rules today', hint: 'Ask again.' }) }))
  await page.goto(`${heddle.url}/alerts`)
  await expect(page.getByRole('alert').filter({ hasText: 'No rules today' })).toBeVisible()
  await page.unroute('**/api/alert-rules')
  await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click()
  await expect(page.locator('[data-rule]')).toHaveCount(3)
})

test('an alert of the fleet is marked on its chart', async ({ page }, info) => {
  const { id } = await call<{ id: string }>('/api/alert-rules', { name: 'Fleet is up', metric: 'fleet.healthy', is: 'above', threshold: 0, windowMs: 60_000, severity: 'info' })
  await page.goto(`${heddle.url}/fleet`)
  const marks = page.getByRole('list', { name: 'Alerts' })
  await expect(marks).toContainText('Fleet is up', SOON)
  await expect(marks).toContainText('since')
  await expect(page.locator('.recharts-reference-area')).toHaveCount(1)
  await page.screenshot({ path: info.outputPath('7-fleet.png') })
  expect((await fetch(`${heddle.url}/api/alert-rules/${id}`, { method: 'DELETE' })).status).toBe(204)
  await expect(marks).toContainText(/\d to \d/, SOON)
})
