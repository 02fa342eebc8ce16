import { expect, test } from '@playwright/test'

test.afterAll(async ({ playwright, baseURL }) => {
  const api = await playwright.request.newContext({ baseURL: baseURL! })
  await api.put('/api/call-limits', { data: { models: [], keys: [] } })
  await api.dispose()
})

test('limits set on the settings page hold at once, and the fleet page shows what is left', async ({ page, request }) => {
  await page.goto('/settings')
  const panel = page.locator('section', { has: page.getByRole('heading', { name: 'Limits of model calls' }) })
  await panel.getByRole('button', { name: 'Limit a key' }).click()
  await panel.getByLabel('Key 1').fill('sk-secret')
  await expect(panel.getByText('never the key itself')).toBeVisible()
  await expect(panel.getByRole('button', { name: 'Save' })).toBeDisabled()
  await panel.getByLabel('Key 1').fill('*')
  await panel.getByLabel('Requests a minute 1').fill('2')
  await panel.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('The limits hold from now on.')).toBeVisible()

  const { data: [model] } = (await (await request.get('/v1/models')).json()) as { data: { id: string }[] }
  const ask = () => request.post('/v1/chat/completions', { headers: { authorization: 'Bearer sk-journey' }, data: { model: model!.id, messages: [{ role: 'user', content: 'Hi' }], max_tokens: 2 } })
  expect([(await ask()).status(), (await ask()).status()]).toEqual([200, 200])
  const refused = await ask()
  expect([refused.status(), Number(refused.headers()['retry-after'])]).toEqual([429, expect.any(Number)])
  expect(Number(refused.headers()['retry-after'])).toBeGreaterThan(0)

  await page.goto('/fleet')
  const row = page.getByRole('table', { name: 'Limits of model calls' }).getByRole('row', { name: /API key key-/ })
  await expect(row).toContainText('0 of 2 a minute left')
  await expect(row.getByRole('cell').last()).toHaveText('1')
  expect(await (await request.get('/metrics')).text()).toContain('heddle_router_rate_limited_total{of="key",name="*",kind="requests"} 1')
})
