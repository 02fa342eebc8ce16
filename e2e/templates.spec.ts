import { expect, test } from '@playwright/test'
import { readRun } from './steps'

type Template = { id: string; exampleInput: unknown; graph: { nodes: { id: string; type: string }[] } }

test('every template runs to its end on the simulated fleet, from its own example', async ({ request }) => {
  const { items } = (await (await request.get('/api/templates')).json()) as { items: Template[] }
  const { checks } = (await (await request.get('/api/health')).json()) as { checks: { name: string; message: string }[] }
  const shutIn = checks.find(({ name }) => name === 'python')!.message.startsWith('Sandbox')
  // Without bubblewrap Python is refused: that is told elsewhere.
  const started = await Promise.all(items.filter(({ graph }) => shutIn || graph.nodes.every(({ type }) => type !== 'python')).map(async ({ id, exampleInput }) => {
    const reply = await request.post('/api/workflow', { data: { template: id, input: exampleInput } })
    expect(reply.status(), await reply.text()).toBe(202)
    return { template: id, run: ((await reply.json()) as { id: string }).id }
  }))
  expect(started.length).toBeGreaterThanOrEqual(6)
  for (const { template, run } of started) {
    await expect.poll(async () => {
      const { waitingFor = [], status } = (await (await request.get(`/api/runs/${run}`)).json()) as { waitingFor?: string[]; status: string }
      for (const step of waitingFor) await request.post(`/api/runs/${run}/approvals/${step}`, { data: { decision: 'approve', comment: 'Go on' } })
      return status
    }, { message: template, timeout: 60_000 }).toBe('completed')
    expect((await readRun(request, run)).output, template).not.toBeNull()
  }
})

test('a template is found by what it says, shown as a picture, and taken', async ({ page }) => {
  await page.goto('/workflows')
  const templates = page.getByRole('region', { name: 'Templates' })
  await expect(templates.locator('li svg').first()).toBeVisible()
  await templates.getByRole('searchbox', { name: 'Search templates' }).fill('approval reject')
  await expect(templates.getByRole('listitem')).toHaveCount(1)
  await templates.getByRole('button', { name: 'Use template: Draft and approve' }).click()
  await page.waitForURL(/\/workflows\/wf_/)
  await expect(page.locator('.react-flow__node[data-id="review"]')).toBeVisible()
})
