import { expect, test, type Page } from '@playwright/test'
import { expectAccessible } from './accessible'
import { finishedRun, makeWorkflow, readRun, runNode, templateGraph } from './steps'

const plan = (page: Page) => page.getByRole('dialog').getByRole('region', { name: 'What this will do' })

test('before a fork the dialog says what is reused, what runs and happens again, and what it costs', async ({ page, request }) => {
  const { graph, exampleInput } = await templateGraph(request, 'approval')
  const workflow = await makeWorkflow(request, 'Plan before', graph)
  const { id } = (await (await request.post(`/api/workflows/${workflow}/runs`, { data: { input: exampleInput } })).json()) as { id: string }
  await page.goto(`/runs/${id}`)
  await page.getByRole('button', { name: 'Approve' }).click({ timeout: 30_000 })
  await expect.poll(async () => (await readRun(request, id)).status, { timeout: 40_000 }).toBe('completed')

  // From the first agent on: the person is asked once more.
  const nodes = graph.nodes as { id: string; name: string; type?: string }[]
  const first = nodes.find((node) => node.type === 'agent')!
  await page.locator(`.react-flow__node[data-id="${first.id}"]`).click()
  await page.getByRole('button', { name: 'Fork here' }).click()
  await expect(plan(page)).toContainText('asks a person')
  await expect(plan(page)).toContainText('once more')
  await expect(plan(page)).toContainText(/2 model calls, [\d,]+ prompt and [\d,]+ completion tokens/)
  await expect(plan(page)).toContainText(/about [\d.]+(ms|s)/)
  await plan(page).scrollIntoViewIfNeeded()
  await expectAccessible(page)
  await page.screenshot({ path: 'test-results/fork-plan.png' })
  // With its output given it does not run: one call less.
  await page.getByRole('radio', { name: 'Its output' }).click()
  await expect(plan(page)).toContainText('Given by you')
  await expect(plan(page)).toContainText('1 model call,')
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()

  // From behind the approval nobody is asked.
  const last = nodes.filter((node) => node.type === 'agent').at(-1)!
  await page.locator(`.react-flow__node[data-id="${last.id}"]`).click()
  await page.getByRole('button', { name: 'Fork here' }).click()
  await expect(plan(page)).toContainText('Nothing happens outside of the run.')
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()

  await page.getByRole('button', { name: 'Run again' }).click()
  await expect(plan(page)).toContainText('asks a person')
  await page.getByRole('button', { name: 'Start run' }).click()
  await page.waitForURL((url) => url.pathname.startsWith('/runs/') && !url.pathname.endsWith(id))
})

test('two runs compared: differing words, figures of each step, and the better settings go into the draft', async ({ page, request }) => {
  const { graph, exampleInput } = await templateGraph(request, 'four-agents')
  const workflow = await makeWorkflow(request, 'Promote me', graph)
  const { id: parent } = (await (await request.post(`/api/workflows/${workflow}/runs`, { data: { input: exampleInput } })).json()) as { id: string }
  await expect.poll(async () => (await readRun(request, parent)).status, { timeout: 60_000 }).toBe('completed')
  const prompt = 'Answer in five words. {{ input.request }}'
  const { id: fork } = (await (await request.post(`/api/runs/${parent}/fork`, { data: { fromNode: 'rune', overrides: { rune: { config: { prompt } } } } })).json()) as { id: string }
  await expect.poll(async () => (await readRun(request, fork)).status, { timeout: 60_000 }).toBe('completed')

  await page.goto(`/runs/${parent}/compare/${fork}`)
  const figures = page.getByRole('table', { name: 'Figures of each step' })
  await expect(figures.getByRole('row').filter({ hasText: 'RUNE' })).toContainText('→')
  const texts = await Promise.all([parent, fork].map(async (id) => ((await readRun(request, id)).steps.rune!.output as { text: string }).text))
  expect(texts[0]).not.toBe(texts[1])
  const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: /^RUNE/ }) })
  const output = card.getByRole('group', { name: 'Output' })
  // What is not added is the first run's text, what is not removed the second's.
  await expect.poll(() => output.evaluate((box) => [...box.children].filter((part) => part.tagName !== 'INS').map((part) => part.textContent).join(''))).toBe(texts[0])
  await expect.poll(() => output.evaluate((box) => [...box.children].filter((part) => part.tagName !== 'DEL').map((part) => part.textContent).join(''))).toBe(texts[1])
  await expectAccessible(page)
  await page.screenshot({ path: 'test-results/compare.png', fullPage: true })
  await page.getByRole('radio', { name: 'Side by side' }).click()
  await expect(card.getByRole('region', { name: 'First run' })).toContainText(texts[0]!.slice(0, 30))

  await page.getByRole('button', { name: 'Take into the draft' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText('prompt', { exact: true })).toBeVisible()
  await page.getByRole('radio', { name: 'First run' }).click()
  await expect(dialog).toContainText('The draft already has these settings.')
  await page.getByRole('radio', { name: 'Second run' }).click()
  await expectAccessible(page)
  await page.screenshot({ path: 'test-results/promote.png' })
  await page.getByRole('button', { name: 'Change the draft' }).click()
  await page.waitForURL(`**/workflows/${workflow}`)
  const saved = (await (await request.get(`/api/workflows/${workflow}`)).json()) as { revision: number; graph: { nodes: { id: string; config: Record<string, unknown> }[] } }
  expect(saved.graph.nodes.find((node) => node.id === 'rune')?.config.prompt).toBe(prompt)
  expect(saved.graph.nodes.filter((node) => node.id !== 'rune')).toEqual(graph.nodes.filter((node) => node.id !== 'rune'))
})

test('several branches start together, stand side by side with the best marked, and one goes into the draft', async ({ page, request }) => {
  const node = (id: string, type: string, x: number, config: object) => ({ id, type, name: id, position: { x: x * 300, y: 0 }, config })
  const workflow = await makeWorkflow(request, 'Branch me', {
    nodes: [node('topic', 'input', 0, {}), node('write', 'agent', 1, { prompt: 'Write of {{ input }}', maxTokens: 40 }), node('result', 'output', 2, { value: '{{ steps.write.output.text }}' })],
    edges: [{ id: 'a', source: 'topic', target: 'write' }, { id: 'b', source: 'write', target: 'result' }],
  })
  const { id: parent } = (await (await request.post(`/api/workflows/${workflow}/runs`, { data: { input: 'knots', version: 'draft' } })).json()) as { id: string }
  await page.goto(`/runs/${parent}`)
  await expect(runNode(page, 'result')).toHaveAttribute('data-status', 'completed', { timeout: 30_000 })
  await page.locator('.react-flow__node[data-id="write"]').click()
  await page.getByRole('button', { name: 'Fork here' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Prompt').fill('Say {{ input }}')
  await dialog.getByRole('button', { name: 'Add a branch' }).click()
  await expect(dialog.getByLabel('Prompt')).toHaveValue('Say {{ input }}')
  await dialog.getByLabel('Prompt').fill('Say much more, and at length, of the very many kinds there are of {{ input }}')
  await dialog.getByRole('button', { name: 'Add a branch' }).click()
  await dialog.getByRole('radio', { name: 'Its output' }).click()
  await dialog.getByLabel('Output as JSON').fill('{"text": "Mine"}')
  await expectAccessible(page)
  await page.screenshot({ path: 'test-results/fork-branches.png' })
  await dialog.getByRole('button', { name: 'Start 3 branches' }).click()
  await page.waitForURL(`**/runs/${parent}/branches?run=**`)

  const figures = page.getByRole('table', { name: 'Figures of the branches' })
  await expect(figures.getByText('Completed')).toHaveCount(4, { timeout: 30_000 })
  await expect(figures.getByRole('row', { name: /^Changed/ }).getByRole('cell')).toContainText(['–', 'Say {{ input }}', 'Say much more', 'output given'])
  // Who asks no model needs the fewest tokens.
  await expect(figures.getByRole('row', { name: /^Tokens/ }).getByRole('cell').nth(3)).toContainText('best')
  await expect(page.getByRole('region', { name: 'write, Branch C' })).toContainText('Mine')
  await expectAccessible(page)
  await page.screenshot({ path: 'test-results/branches.png', fullPage: true })
  // Without ids in the address: the newest forks of the run.
  const ids = new URL(page.url()).searchParams.getAll('run')
  await page.goto(`/runs/${ids[0]}`)
  await page.getByRole('link', { name: 'All branches' }).click()
  await expect(figures.getByText('Completed')).toHaveCount(4)

  await figures.getByRole('button', { name: 'Take into the draft' }).first().click()
  await page.getByRole('button', { name: 'Change the draft' }).click()
  await page.waitForURL(`**/workflows/${workflow}`)
  const saved = (await (await request.get(`/api/workflows/${workflow}`)).json()) as { graph: { nodes: { id: string; config: Record<string, unknown> }[] } }
  expect(['Say {{ input }}', 'Say much more, and at length, of the very many kinds there are of {{ input }}']).toContain(saved.graph.nodes.find(({ id }) => id === 'write')?.config.prompt)
})

test('on a phone, in the dark and in Korean the comparison and the plan fit', async ({ page, context, request, baseURL }) => {
  const parent = await finishedRun(request)
  const { id: fork } = (await (await request.post(`/api/runs/${parent}/fork`, { data: { fromNode: 'rune' } })).json()) as { id: string }
  await expect.poll(async () => (await readRun(request, fork)).status, { timeout: 60_000 }).toBe('completed')
  await context.addCookies([{ name: 'heddle-locale', value: 'ko', url: baseURL! }])
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`/runs/${parent}/compare/${fork}`)
  await expect(page.getByRole('table', { name: '단계별 수치' })).toBeVisible()
  const fits = async () => {
    const { scrollWidth, innerWidth } = await page.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth, innerWidth: window.innerWidth }))
    expect(scrollWidth).toBeLessThanOrEqual(innerWidth)
  }
  await fits()
  await expectAccessible(page)
  await page.goto(`/runs/${fork}`)
  await expect(runNode(page, 'rune')).toHaveAttribute('data-status', 'completed')
  await page.getByRole('button', { name: '다시 실행' }).click()
  await expect(page.getByRole('dialog').getByRole('region', { name: '실행하면 일어나는 일' })).toBeVisible()
  await fits()
  await expectAccessible(page)
  await page.screenshot({ path: 'test-results/plan-phone.png' })
})
