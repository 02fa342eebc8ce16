import { expect, test, type Page } from '@playwright/test'
import { makeWorkflow, readRun } from './steps'

const node = (id: string, type: string, x: number, y: number, config: object = {}) => ({ id, type, name: id.toUpperCase(), position: { x, y }, config })
const graph = {
  nodes: [
    node('input', 'input', 0, 0, { schema: { type: 'object', properties: { topic: { type: 'string' } }, required: ['topic'] } }),
    node('agent', 'agent', 320, -90, { prompt: 'Write about {{ input.topic }}' }), node('quick', 'transform', 320, 110, { expression: 'input.topic' }),
    node('both', 'merge', 640, 0), node('out', 'output', 960, 0, { value: 'steps.both.output' }),
  ],
  edges: [['input', 'agent'], ['input', 'quick'], ['agent', 'both'], ['quick', 'both'], ['both', 'out']].map(([source, target]) => ({ id: `${source}-${target}`, source, target })),
}

async function finishedRunOf(page: Page, id: string): Promise<void> {
  const reply = await page.request.post(`/api/workflows/${id}/runs`, { data: { input: { topic: 'rivers' }, version: 'draft' } })
  const { id: runId } = (await reply.json()) as { id: string }
  await expect.poll(async () => (await readRun(page.request, runId)).status, { timeout: 60_000 }).toBe('completed')
}

test('the canvas shows the last run, its critical path and what is stale; a part is tried, an output is pinned', async ({ page, request }) => {
  const id = await makeWorkflow(request, 'Last run', graph)
  await page.goto(`/workflows/${id}`)
  await expect(page.locator('.react-flow__node')).toHaveCount(5)
  await expect(page.getByTestId('last-run-agent')).toHaveCount(0)
  // The run is somebody else's: the open editor learns of it by itself.
  await finishedRunOf(page, id)
  const agent = page.getByTestId('last-run-agent')
  await expect(agent).toContainText('tok')
  await expect(agent.getByRole('img', { name: 'Completed' })).toBeVisible()
  await expect(agent).toContainText('On the critical path')
  await expect(page.getByTestId('last-run-quick')).toContainText('rivers')
  await expect(page.getByTestId('last-run-quick')).not.toContainText('On the critical path')

  // Once it is under the hand, its plus is.
  await page.locator('.react-flow__edge[data-id="input-quick"]').hover({ force: true })
  await expect(page.locator('[data-edge-value]')).toContainText('rivers')
  await page.locator('.react-flow__node[data-id="quick"]').click()
  const panel = page.getByRole('region', { name: 'Last run' })
  await expect(panel.locator('pre', { hasText: 'rivers' }).last()).toBeVisible()
  await page.screenshot({ path: 'test-results/last-run-light.png' })
  const expression = page.getByRole('form').getByRole('textbox', { name: 'Expression' })
  await expression.click()
  await page.keyboard.press('Control+a')
  await page.keyboard.type('input.topic + "!"')
  await expect(page.getByTestId('last-run-quick')).toContainText('stale')
  await expect(page.getByTestId('last-run-out')).toContainText('stale')
  await expect(page.getByRole('group', { name: 'Last run' })).toContainText('3 stale nodes')

  await page.keyboard.press('Escape')
  await page.locator('.react-flow__node[data-id="quick"]').click()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Commands' }).fill('Run only')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('last-run-quick')).toContainText('rivers!')
  await expect(page.getByTestId('last-run-quick')).not.toContainText('stale')
  await expect(page.getByTestId('last-run-out')).toContainText('stale')

  await panel.getByRole('button', { name: 'Run from here' }).click()
  await expect(page.getByTestId('last-run-out')).not.toContainText('stale')
  await expect(page.getByRole('group', { name: 'Last run' })).not.toContainText('stale')

  await panel.getByRole('button', { name: 'Pin this output' }).click()
  await expect(page.getByTestId('last-run-quick').getByRole('img', { name: 'Pinned' })).toBeVisible()
  await panel.getByRole('button', { name: 'Unpin' }).click()
  await expect(page.getByTestId('last-run-quick').getByRole('img', { name: 'Completed' })).toBeVisible()

  // What is pinned can be written by hand; up to a node, all that leads there runs.
  await panel.getByRole('button', { name: 'Pin this output' }).click()
  await page.getByText('When it runs, and when it fails').click()
  await page.getByLabel('Given output (JSON)').fill('"by hand"')
  await page.locator('.react-flow__node[data-id="both"]').click()
  await panel.getByRole('button', { name: 'Run to here' }).click()
  await expect(panel.getByLabel('Gave', { exact: true })).toContainText('"quick": "by hand"')

  await page.locator('.react-flow__node[data-id="agent"]').click()
  await expect(page.getByText('Expected cache share')).toBeVisible()
  await page.getByRole('button', { name: 'Last run on the canvas' }).click()
  await expect(page.getByTestId('last-run-agent')).toHaveCount(0)
  await page.reload()
  await expect(page.locator('.react-flow__node')).toHaveCount(5)
  await page.getByRole('button', { name: 'Last run on the canvas' }).click()
  await expect(page.getByTestId('last-run-agent')).toBeVisible()
})

test('in Korean, in the dark', async ({ page, request, context, baseURL }) => {
  const id = await makeWorkflow(request, '지난 실행', graph)
  await finishedRunOf(page, id)
  await context.addCookies([{ name: 'heddle-locale', value: 'ko', url: baseURL! }])
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.goto(`/workflows/${id}`)
  await page.locator('.react-flow__node[data-id="agent"]').click()
  await expect(page.getByRole('region', { name: '지난 실행' }).first()).toBeVisible()
  await page.screenshot({ path: 'test-results/last-run-dark-ko.png' })
})

test('in the body of a map: what its nodes did with one item, and how all fared', async ({ page, request }) => {
  const body = { nodes: [node('item', 'input', 0, 0), node('work', 'transform', 320, 0, { expression: 'input * 2' }), node('result', 'output', 640, 0, { value: 'steps.work.output' })], edges: [['item', 'work'], ['work', 'result']].map(([source, target]) => ({ id: `${source}-${target}`, source, target })) }
  const id = await makeWorkflow(request, 'Items', { nodes: [node('input', 'input', 0, 0), node('each', 'map', 320, 0, { items: '[1, 2, 21]', body }), node('out', 'output', 640, 0, { value: 'steps.each.output' })], edges: [['input', 'each'], ['each', 'out']].map(([source, target]) => ({ id: `${source}-${target}`, source, target })) })
  await finishedRunOf(page, id)
  await page.goto(`/workflows/${id}`)
  await page.locator('.react-flow__node[data-id="each"]').dblclick()
  await expect(page.getByTestId('last-run-each.work')).toContainText('42')
  await page.locator('.react-flow__node[data-id="work"]').click()
  const panel = page.getByRole('region', { name: 'Last run' })
  await expect(panel).toContainText('Item 3 of 3; none failed')
  if (process.env.HEDDLE_SHOTS) await page.screenshot({ path: `${process.env.HEDDLE_SHOTS}/last-run-body.png` })

  // One node, with another item of that run: the run is of that item alone, and its outcome is told in the body.
  await panel.getByRole('combobox', { name: 'Item of EACH to try with' }).click()
  await page.getByRole('option', { name: '2 · 2' }).click()
  await expect(panel).toContainText('Item 2 of that run')
  await expect(panel.getByLabel('Gave', { exact: true })).toHaveText('4')
  await panel.getByRole('button', { name: 'Run only this' }).click()
  await expect(panel).toContainText('Item 2, tried alone')
  await expect(page.getByTestId('last-run-each.work')).toContainText('4')
  if (process.env.HEDDLE_SHOTS) await page.screenshot({ path: `${process.env.HEDDLE_SHOTS}/tried-in-body.png` })
  await panel.getByRole('link').click()
  await page.waitForURL(/step=each%5B1%5D\.work/)
})
