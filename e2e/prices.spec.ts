import { expect, test } from '@playwright/test'
import { makeWorkflow, readRun } from './steps'

test.afterAll(async ({ playwright, baseURL }) => {
  const api = await playwright.request.newContext({ baseURL: baseURL! })
  await api.put('/api/token-prices', { data: { prices: [], from: 'always' } })
  await api.dispose()
})

test('prices set on the settings page give runs, steps and reports their cost; a later change leaves it as it was', async ({ page, request }) => {
  const id = await makeWorkflow(request, 'Costly', { nodes: [{ id: 'say', type: 'agent', name: 'say', position: { x: 0, y: 0 }, config: { prompt: 'Say it', maxTokens: 5 } }], edges: [] })
  const { id: run } = (await (await request.post(`/api/workflows/${id}/runs`, { data: { input: {} } })).json()) as { id: string }
  await expect.poll(async () => (await readRun(request, run)).status).toBe('completed')
  const { promptTokens } = (await readRun(request, run)).steps['say']!.usage!

  await page.goto('/settings')
  const panel = page.locator('section', { has: page.getByRole('heading', { name: 'Prices of tokens' }) })
  await panel.getByRole('button', { name: 'Add a price' }).click()
  await panel.getByLabel('Model 1').fill('*')
  await panel.getByLabel('Prompt 1').fill('1000000')
  await panel.getByLabel('Completion 1').fill('x')
  await expect(panel.getByText('give both prices')).toBeVisible()
  await panel.getByLabel('Completion 1').fill('0')
  await expect(panel.getByLabel('They hold')).toHaveText('for all calls, also those made before')
  await panel.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved.')).toBeVisible()

  const cost = `${promptTokens.toFixed(2)}`
  await page.goto(`/runs/${run}`)
  await expect(page.locator('header dl').getByText('Cost').locator('xpath=..')).toContainText(cost)
  await expect(page.getByTestId('run-node-say')).toContainText(`cost ${cost}`)
  await page.goto(`/workflows/${id}/report`)
  await expect(page.getByRole('table', { name: 'Tokens and cost by model' }).getByRole('row').nth(1)).toContainText(cost)

  // Ten times as much from now on: what was spent stays.
  expect((await request.put('/api/token-prices', { data: { prices: [{ model: '*', prompt: 10, completion: 0 }] } })).status()).toBe(200)
  await page.goto(`/runs/${run}`)
  await expect(page.getByTestId('run-node-say')).toContainText(`cost ${cost}`)
})
