import { expect, test, type Page } from '@playwright/test'
import { expectAccessible } from './accessible'
import { makeWorkflow, readRun } from './steps'

const node = (id: string, type: string, x: number, config: object = {}) => ({ id, type, name: id, position: { x, y: 0 }, config })
const graph = {
  nodes: [
    node('in', 'input', 0, { schema: { type: 'object', required: ['topic'], properties: { topic: { type: 'string' } } } }),
    node('say', 'transform', 300, { expression: '"heard " + input.topic' }),
    node('out', 'output', 600),
  ],
  edges: [{ id: 'a', source: 'in', target: 'say' }, { id: 'b', source: 'say', target: 'out' }],
}

async function open(page: Page, workflowId: string): Promise<void> {
  await page.goto(`/workflows/${workflowId}`)
  await page.getByRole('button', { name: 'Triggers' }).click()
  await expect(page.getByRole('dialog', { name: 'Triggers' })).toBeVisible()
}

const picture = (page: Page, name: string) => page.screenshot({ path: test.info().outputPath(`${name}.png`) })

test('a schedule is made by keyboard, says when it fires while one types, and starts runs', async ({ page, request }) => {
  const id = await makeWorkflow(request, 'Every minute', graph)
  await page.goto(`/workflows/${id}`)
  await page.getByRole('button', { name: 'Triggers' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByText('No schedules yet')).toBeVisible()
  await expectAccessible(page)
  await picture(page, 'empty')
  await page.getByRole('button', { name: 'Add schedule' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Name *')).toBeFocused()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('Minute by minute')
  await page.keyboard.press('Tab')

  // What is wrong stands under the field while one types; nothing is sent.
  const cron = page.getByLabel('Cron expression')
  await expect(cron).toBeFocused()
  await cron.fill('0 25 * * *')
  await expect(page.getByText('“25” is no hour (0 to 23).')).toBeVisible()
  await expect(cron).toHaveAttribute('aria-invalid', 'true')
  await picture(page, 'wrong')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('form', { name: 'Add schedule' })).toBeVisible()
  await cron.fill('30 2 * * *')
  const zone = page.getByLabel('Time zone')
  await zone.fill('Mars/Base')
  await expect(page.getByText('There is no such time zone.')).toBeVisible()
  await zone.fill('Asia/Seoul')
  const fires = page.getByRole('region', { name: 'Next five fires' }).getByRole('listitem')
  await expect(fires).toHaveCount(5)
  await expect(fires.first()).toContainText('02:30')
  await expect(fires.first()).toContainText('GMT+9')
  await expectAccessible(page)
  await picture(page, 'form')

  // The server's word on the input stands under it, too.
  await cron.fill('* * * * *')
  const input = page.getByLabel('Input of the run, as JSON')
  await input.fill('{"topic": 7}')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText(/topic: expected/)).toBeVisible()
  await input.fill('{"topic": "rain"}')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('heading', { name: 'Minute by minute' })).toBeVisible()
  await expect(page.getByText(/^Next: /)).toBeVisible()
  await picture(page, 'list')

  // It fires by the real clock: within a minute, and the list of runs says what started it.
  await expect(page.getByRole('link', { name: 'run started' })).toBeVisible({ timeout: 75_000 })
  await picture(page, 'fired')
  await page.getByRole('switch', { name: 'Minute by minute is on' }).click()
  await expect(page.getByText('off', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'What became of the fires of Minute by minute' }).click()
  await page.getByRole('list', { name: 'What became of the fires of Minute by minute' }).getByRole('link', { name: 'run started' }).last().click()
  await expect(page.getByText('schedule Minute by minute')).toBeVisible()
  expect((await readRun(request, page.url().split('/').at(-1)!)).output).toBe('heard rain')
  await page.goto(`/runs?workflowId=${id}`)
  await expect(page.getByRole('cell', { name: 'schedule Minute by minute' }).first()).toBeVisible()
  await picture(page, 'runs')

  await open(page, id)
  await page.getByRole('button', { name: 'Delete Minute by minute' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByText('No schedules yet')).toBeVisible()
})

test('a webhook shows its secret once, takes calls that prove themselves, and says what came', async ({ page, request, context, baseURL }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const id = await makeWorkflow(request, 'Called', graph)
  await open(page, id)
  await page.getByRole('tab', { name: 'Webhooks' }).click()
  await expect(page.getByText('No webhooks yet')).toBeVisible()
  await page.getByRole('button', { name: 'Add webhook' }).click()
  await page.getByLabel('Name *').fill('From outside')
  await page.getByRole('radio', { name: 'With the output' }).click()
  await page.getByLabel('Waits at most (seconds)').fill('99')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('A whole number from 1 to 60.')).toBeVisible()
  await page.getByLabel('Waits at most (seconds)').fill('20')
  await expectAccessible(page)
  await picture(page, 'hook-form')
  await page.getByRole('button', { name: 'Save' }).click()

  const notice = page.getByRole('status').filter({ hasText: 'Secret of From outside' })
  const secret = (await notice.locator('code').first().textContent())!
  expect(secret).toMatch(/^whs_/)
  await notice.getByRole('button', { name: 'Copy' }).first().click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(secret)
  await expectAccessible(page)
  await picture(page, 'secret')
  // A look at the other tab does not lose what is shown only once.
  await page.getByRole('tab', { name: 'Schedules' }).click()
  await expect(notice).toBeHidden()
  await page.getByRole('tab', { name: 'Webhooks' }).click()
  // The call that it offers can be sent as it is: it has the secret, and an input that fits.
  await expect(notice.locator('code').last()).toContainText(`"authorization: Bearer ${secret}" -H 'content-type: application/json' -d '{"topic":""}'`)
  await page.getByRole('button', { name: 'I have kept it' }).click()
  await expect(page.getByText(secret)).toHaveCount(0)
  const url = (await page.getByRole('listitem').locator('code').first().textContent())!
  expect(url).toMatch(new RegExp(`^${baseURL}/api/hooks/hook_`))

  const call = (data: object, headers: Record<string, string>) => request.post(url, { data, headers })
  const answer = await call({ topic: 'snow' }, { authorization: `Bearer ${secret}`, 'x-heddle-delivery': 'd-1' })
  expect([answer.status(), await answer.json()]).toMatchObject([200, { status: 'completed', output: 'heard snow', duplicate: false }])
  expect(await (await call({ topic: 'snow' }, { authorization: `Bearer ${secret}`, 'x-heddle-delivery': 'd-1' })).json()).toMatchObject({ output: 'heard snow', duplicate: true })
  expect((await call({ topic: 7 }, { authorization: `Bearer ${secret}` })).status()).toBe(422)
  expect((await call({ topic: 'x' }, { authorization: 'Bearer whs_wrong' })).status()).toBe(401)

  await page.getByRole('button', { name: 'Deliveries of From outside' }).click()
  const deliveries = page.getByRole('list', { name: 'Deliveries of From outside' }).getByRole('listitem')
  await expect(deliveries).toHaveCount(4)
  await expect(deliveries.first()).toContainText('refused with 401')
  await expect(deliveries.nth(2)).toContainText('sent again: the same run')
  await expectAccessible(page)
  await picture(page, 'deliveries')

  await page.getByRole('button', { name: 'New secret for From outside' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Make new secret' }).click()
  await expect(notice).toBeVisible()
  expect((await call({ topic: 'x' }, { authorization: `Bearer ${secret}` })).status()).toBe(401)
  await page.getByRole('button', { name: 'I have kept it' }).click()
  await page.getByRole('switch', { name: 'From outside is on' }).click()
  await expect(page.getByText('off', { exact: true })).toBeVisible()
  expect((await call({ topic: 'x' }, {})).status()).toBe(410)
  await page.goto(`/runs?workflowId=${id}`)
  await expect(page.getByRole('cell', { name: 'webhook From outside' })).toHaveCount(1)
})

test('on a phone, in Korean and in the dark', async ({ page, context, request, baseURL }) => {
  const id = await makeWorkflow(request, '웹훅과 일정', graph)
  expect((await request.post(`/api/workflows/${id}/schedules`, { data: { name: '평일 아침', cron: '0 9 * * MON-FRI', timeZone: 'Asia/Seoul', input: { topic: '비' } } })).status()).toBe(201)
  expect((await request.post(`/api/workflows/${id}/hooks`, { data: { name: '깃허브' } })).status()).toBe(201)
  await context.addCookies([{ name: 'heddle-locale', value: 'ko', url: baseURL! }])
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize({ width: 390, height: 800 })
  await page.goto(`/workflows/${id}`)
  await page.getByRole('button', { name: '트리거' }).click()
  const fits = async (name: string) => {
    await expectAccessible(page)
    await picture(page, name)
    expect(await page.getByRole('dialog').evaluate((dialog) => Math.max(...[dialog, ...dialog.querySelectorAll('*')].map((one) => one.getBoundingClientRect().right)))).toBeLessThanOrEqual(390)
  }
  await expect(page.getByRole('heading', { name: '평일 아침' })).toBeVisible()
  await fits('phone-list')
  await page.getByRole('button', { name: '평일 아침 편집' }).click()
  await expect(page.getByLabel('Cron 식')).toHaveValue('0 9 * * MON-FRI')
  await fits('phone-form')
  await page.getByRole('button', { name: '취소' }).click()
  await page.getByRole('tab', { name: '웹훅' }).click()
  await expect(page.getByRole('heading', { name: '깃허브' })).toBeVisible()
  await fits('phone-hooks')
})
