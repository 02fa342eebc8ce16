import { expect, test } from '@playwright/test'
import { makeWorkflow } from './steps'

const node = (id: string, type: string, config: object) => ({ id, type, name: id, position: { x: 0, y: 0 }, config })
const graph = {
  nodes: [node('in', 'input', {}), node('half', 'transform', { expression: '100 / input.n' }), node('say', 'agent', { prompt: 'Say {{ steps.half.output }}', maxTokens: 5 }), node('out', 'output', {})],
  edges: [{ id: 'a', source: 'in', target: 'half' }, { id: 'b', source: 'half', target: 'say' }, { id: 'c', source: 'say', target: 'out' }],
}

test('a report says what the runs came to, for a period, and prints without the frame', async ({ page, request }) => {
  const id = await makeWorkflow(request, 'Quarterly', graph)
  const start = async (n: number) => ((await (await request.post(`/api/workflows/${id}/runs`, { data: { input: { n } } })).json()) as { id: string }).id
  const runs = [await start(2), await start(5), await start(0)]
  await expect.poll(async () => Promise.all(runs.map(async (run) => ((await (await request.get(`/api/runs/${run}`)).json()) as { status: string }).status)), { timeout: 60_000 }).toEqual(['completed', 'completed', 'failed'])

  await page.goto('/workflows')
  await page.getByRole('button', { name: 'Actions for Quarterly' }).click()
  await page.getByRole('menuitem', { name: 'Report' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Report: Quarterly' })).toBeVisible()
  await expect(page.getByText('Success rate', { exact: true }).first().locator('xpath=..')).toContainText('67%')
  await expect(page.getByRole('table', { name: 'Failures, by reason' }).getByRole('row').nth(1)).toContainText('half')
  await expect(page.getByRole('table', { name: 'Nodes, by the time they took together' }).getByRole('row').nth(1)).toContainText('say')
  await expect(page.getByRole('table', { name: 'Tokens and cost', exact: true }).getByRole('row').nth(1)).toContainText('say')
  await expect(page.getByRole('table', { name: 'The newest 3 runs' }).getByRole('row')).toHaveCount(4)
  await expect(page.getByText(/simulated fleet: their times/)).toBeVisible()
  await expect(page.getByText(/set what tokens cost on the settings page/)).toBeVisible()

  // The period stands in the address.
  await page.getByLabel('To', { exact: true }).fill('2020-01-01')
  await expect(page.getByText('No run in this period.')).toBeVisible()
  await expect(page).toHaveURL(/to=2020-01-01/)
  await page.reload()
  await page.getByRole('button', { name: 'Today' }).click()
  await expect(page.getByRole('table', { name: 'The newest 3 runs' })).toBeVisible()

  // On paper: the report and nothing else, in the light colours.
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  await expect(page.getByRole('navigation')).toBeHidden()
  await expect(page.getByRole('button', { name: 'Print' })).toBeHidden()
  await expect(page.getByText(/^.* to .*$/).first()).toBeVisible()
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)')
  const printed = await page.pdf({ format: 'A4' })
  expect(printed.subarray(0, 5).toString()).toBe('%PDF-')
})

test('a report of no workflow says so', async ({ page }) => {
  await page.goto('/workflows/wf_none/report')
  await expect(page.getByRole('alert').filter({ hasText: 'wf_none' })).toBeVisible()
})
