import { expect, test, type APIRequestContext, type Page } from '@playwright/test'
import { makeWorkflow, readRun, templateGraph } from './steps'

async function publish(page: Page, note: string, version: number): Promise<void> {
  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  await page.getByLabel('What changed (optional)').fill(note)
  await page.getByRole('button', { name: 'Publish version' }).click()
  await expect(page.getByText(`Version ${version} is published`)).toBeVisible()
}

async function publishNow(request: APIRequestContext, id: string, note: string): Promise<void> {
  expect((await request.post(`/api/workflows/${id}/publish`, { data: { note } })).status()).toBe(200)
}

test('publish with a note, change the draft, see what differs, restore as one undoable edit', async ({ page, request }) => {
  const { graph } = await templateGraph(request, 'text-processing')
  const id = await makeWorkflow(request, 'Versions', graph)
  await page.goto(`/workflows/${id}`)
  await expect(page.locator('.react-flow__node')).toHaveCount(graph.nodes.length)
  await publish(page, '첫 판', 1)

  const [gone, renamed] = [graph.nodes.at(-1)!, graph.nodes[1]!]
  const saved = (await (await request.get(`/api/workflows/${id}`)).json()) as { revision: number; graph: { nodes: { id: string; name: string }[]; edges: { source: string; target: string }[] } }
  const changed = {
    nodes: saved.graph.nodes.filter((node) => node.id !== gone.id).map((node) => (node.id === renamed.id ? { ...node, name: 'Renamed here' } : node)),
    edges: saved.graph.edges.filter((edge) => edge.source !== gone.id && edge.target !== gone.id),
  }
  expect((await request.put(`/api/workflows/${id}`, { data: { graph: changed, revision: saved.revision } })).status()).toBe(200)
  await page.goto(`/workflows/${id}`)
  await expect(page.locator('.react-flow__node')).toHaveCount(graph.nodes.length - 1)

  await page.getByRole('button', { name: 'Versions' }).click()
  await page.waitForURL(/\/versions/)
  await expect(page.getByRole('heading', { level: 1, name: 'Versions of Versions' })).toBeVisible()
  await expect(page.getByText('첫 판')).toBeVisible()
  await expect(page.getByText('by this machine')).toBeVisible()
  await expect(page.getByTestId(`diff-${gone.id}`)).toHaveAttribute('data-change', 'removed')
  await expect(page.getByTestId(`diff-${renamed.id}`)).toContainText('changed')
  await expect(page.getByRole('heading', { name: '0 added, 1 removed, 1 changed' })).toBeVisible()
  const field = page.getByRole('group', { name: 'name', exact: true })
  await expect(field).toContainText(renamed.name)
  await expect(field).toContainText('Renamed here')

  await page.getByRole('link', { name: 'Restore version 1 into the draft' }).click()
  await expect(page.getByText('Version 1 is the draft now. Undo takes it back.')).toBeVisible()
  await expect(page.locator('.react-flow__node')).toHaveCount(graph.nodes.length)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.locator('.react-flow__node')).toHaveCount(graph.nodes.length - 1)
  await page.getByRole('button', { name: 'Redo' }).click()
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
  await page.reload()
  await expect(page.locator('.react-flow__node')).toHaveCount(graph.nodes.length)
  await page.goto(`/workflows/${id}/versions`)
  await expect(page.getByText('There is no difference.')).toBeVisible()
})

test('groups and notes are drawn as in the editor, with what became of them', async ({ page, request }) => {
  const at = (id: string, type: string, x: number, y: number, config: object = {}) => ({ id, type, name: id === 'g' ? '검토' : id, position: { x, y }, config })
  const nodes = [at('in', 'input', 0, 60), at('a', 'agent', 300, 40, { prompt: 'p' }), at('b', 'agent', 300, 180, { prompt: 'p' }), at('n', 'note', 620, 0, { text: '## 왜\n*two* reviewers', width: 260, height: 140 }), at('g', 'group', 276, 0, { members: ['a', 'b'] }), at('old', 'note', 620, 20, { text: 'old' })]
  const id = await makeWorkflow(request, 'Remarks', { nodes, edges: [] })
  const { revision } = (await (await request.get(`/api/workflows/${id}`)).json()) as { revision: number }
  await publishNow(request, id, '')
  const now = nodes.filter((node) => node.id !== 'old').map((node) => (node.id === 'n' ? { ...node, config: { ...node.config, text: '## 왜\n*three* reviewers' } } : node.id === 'g' ? { ...node, config: { members: ['a', 'b'], collapsed: true } } : node))
  expect((await request.put(`/api/workflows/${id}`, { data: { graph: { nodes: now, edges: [] }, revision } })).status()).toBe(200)
  await page.goto(`/workflows/${id}/versions`)
  const box = async (one: string) => (await page.locator(`.react-flow__node[data-id="${one}"]`).boundingBox())!
  await expect(page.getByTestId('diff-n').getByRole('heading', { name: '왜' })).toBeVisible()
  await expect(page.getByTestId('diff-n')).toHaveAttribute('data-change', 'changed')
  const [frame, b, gone, note] = [await box('g'), await box('b'), await box('old'), await box('n')]
  expect(frame.x < b.x && frame.y < b.y && frame.x + frame.width > b.x + b.width && frame.y + frame.height > b.y + b.height).toBe(true)
  expect(gone.y).toBeGreaterThan(note.y + note.height)
  if (process.env.HEDDLE_SHOTS) for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    await page.screenshot({ path: `${process.env.HEDDLE_SHOTS}/diff-${scheme}.png` })
  }
})

test('inside a map: the body is compared, in the list and on the canvas, by keyboard alone', async ({ page, request }) => {
  const { graph } = await templateGraph(request, 'plan-fan-out')
  const id = await makeWorkflow(request, 'Nested', graph)
  await publishNow(request, id, 'before')
  const map = graph.nodes.find((node) => node.type === 'map')!
  const inner = (map.config as { body: { nodes: { id: string; type: string; config: object }[] } }).body.nodes.find((node) => node.type === 'agent')!
  inner.config = { ...inner.config, temperature: 0.25 }
  expect((await request.put(`/api/workflows/${id}`, { data: { graph, revision: 1 } })).status()).toBe(200)
  await publishNow(request, id, 'after')

  await page.goto(`/workflows/${id}/versions`)
  await page.getByRole('button', { name: 'What it changed: version 2' }).press('Enter')
  await expect(page.getByRole('heading', { name: '0 added, 0 removed, 1 changed' })).toBeVisible()
  const body = page.getByRole('group', { name: `Body of ${map.name}` })
  await expect(body.getByRole('group', { name: 'temperature' })).toContainText('0.25')
  await page.getByRole('button', { name: `Open the body of ${map.name}` }).press('Enter')
  await expect(page.getByTestId(`diff-${inner.id}`)).toHaveAttribute('data-change', 'changed')
  await page.getByRole('navigation', { name: 'Levels' }).getByRole('button', { name: 'Workflow' }).press('Enter')
  await expect(page.getByTestId(`diff-${map.id}`)).toHaveAttribute('data-change', 'changed')
  await body.getByRole('button').first().press('Enter')
  await expect(page.getByTestId(`diff-${inner.id}`)).toBeVisible()
  await expect(body.getByRole('button').first()).toHaveAttribute('aria-pressed', 'true')
})

test('a run says which version it ran on, and leads there', async ({ page, request }) => {
  const { graph, exampleInput } = await templateGraph(request, 'data-chain')
  const id = await makeWorkflow(request, 'Which version', graph)
  expect(await (await request.post(`/api/workflows/${id}/publish`)).json()).toEqual({ version: 1 })
  const { id: runId } = (await (await request.post(`/api/workflows/${id}/runs`, { data: { input: exampleInput } })).json()) as { id: string }
  await expect.poll(async () => (await readRun(request, runId)).status, { timeout: 30_000 }).toBe('completed')
  await page.goto(`/runs?workflowId=${id}`)
  await page.getByRole('link', { name: 'v1', exact: true }).click()
  await page.waitForURL(/versions\?from=1/)
  await expect(page.getByText('There is no difference.')).toBeVisible()
  await page.goto(`/runs/${runId}`)
  await page.locator('header').getByRole('link', { name: /1$/ }).click()
  await page.waitForURL(/versions\?from=1/)
})
