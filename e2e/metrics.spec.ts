import { expect, test } from '@playwright/test'
import { makeWorkflow } from './steps'

const node = (id: string, type: string, config: object, name = id) => ({ id, type, name, position: { x: 0, y: 0 }, config })
const graph = {
  nodes: [node('in', 'input', {}), node('half', 'transform', { expression: '100 / input.n' }, 'Halve'), node('say', 'agent', { prompt: 'Say {{ steps.half.output }}', maxTokens: 5 }), node('out', 'output', {})],
  edges: [{ id: 'a', source: 'in', target: 'half' }, { id: 'b', source: 'half', target: 'say' }, { id: 'c', source: 'say', target: 'out' }],
}

test('figures of runs come in as they end, by workflow and by node; a drag over a chart looks closer', async ({ page, request }) => {
  const id = await makeWorkflow(request, 'Counted', graph)
  const runOne = async (n: number) => {
    const { id: run } = (await (await request.post(`/api/workflows/${id}/runs`, { data: { input: { n } } })).json()) as { id: string }
    await expect.poll(async () => ((await (await request.get(`/api/runs/${run}`)).json()) as { finishedAt: string | null }).finishedAt, { timeout: 60_000 }).not.toBeNull()
  }
  await page.goto(`/charts?workflowId=${id}`)
  await expect(page.getByText('No run ended in this time')).toBeVisible()
  await runOne(2)
  await runOne(5)
  await runOne(0)

  // Live: nobody has reloaded.
  const nodes = page.getByRole('table', { name: 'Nodes' })
  await expect(nodes.getByRole('row').filter({ hasText: 'Halve' }).getByRole('cell').nth(1)).toHaveText('3')
  await expect(nodes.getByRole('row').filter({ hasText: 'Halve' }).getByRole('cell').nth(3)).toHaveText('1')
  await expect(nodes.getByRole('row').filter({ hasText: 'Halve' }).getByRole('cell').nth(4)).toHaveText('67%')
  await expect(page.getByText('Success rate', { exact: true }).first().locator('xpath=..')).toContainText('67%')
  for (const title of ['Runs a minute', 'Duration', 'Nodes: duration, 95% within', 'Tokens a minute']) await expect(page.getByRole('heading', { name: title, exact: true })).toBeVisible()

  // The contract's own endpoint, of the same time.
  const figures = (await (await request.get(`/api/metrics/workflows/${id}?from=${new Date(Date.now() - 3_600_000).toISOString()}`)).json()) as { executions: number; failures: number; agents: Record<string, { executions: number; failures: number }> }
  expect([figures.executions, figures.failures, figures.agents.half?.executions, figures.agents.half?.failures]).toEqual([3, 1, 3, 1])

  // A shared cursor: pointing at one chart shows the moment in all.
  await page.getByRole('button', { name: '15 min' }).or(page.getByRole('radio', { name: '15 min' })).first().click()
  const charts = page.locator('.recharts-surface')
  const box = (await charts.first().boundingBox())!
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2)
  await expect.poll(() => page.locator('.recharts-tooltip-cursor').count()).toBeGreaterThan(1)

  // A brush.
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.9, box.y + box.height / 2, { steps: 6 })
  await page.mouse.up()
  await expect(page.getByRole('button', { name: 'Back' })).toBeVisible()
  await page.getByRole('button', { name: 'Back' }).click()

  // All workflows, and into one.
  await page.goto('/charts')
  await page.getByRole('table', { name: 'Workflows' }).getByRole('link', { name: 'Counted' }).click()
  await expect(page).toHaveURL(new RegExp(`workflowId=${id}`))
  await expect(nodes).toBeVisible()
})

test('figures of no workflow say so', async ({ page }) => {
  await page.goto('/charts?workflowId=wf_none')
  await expect(page.getByRole('alert').filter({ hasText: 'wf_none' })).toBeVisible()
})
