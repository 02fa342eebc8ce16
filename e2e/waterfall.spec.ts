import { expect, test, type Page } from '@playwright/test'
import { expectAccessible } from './accessible'
import { finishedRun, makeWorkflow, readRun, templateGraph } from './steps'

const rows = (page: Page) => page.getByRole('treegrid', { name: 'Waterfall of the run' }).getByRole('row')
const row = (page: Page, name: string) => rows(page).filter({ hasText: name })
const openWaterfall = (page: Page) => page.getByRole('radio', { name: 'Waterfall' }).click()

test('a finished run as a waterfall: phases, critical path, slack, the playhead and what-if', async ({ page, request }) => {
  const id = await finishedRun(request)
  await page.goto(`/runs/${id}`)
  await openWaterfall(page)
  await expect(rows(page).first()).toContainText('Whole run')
  for (const name of ['Sena · analyst', 'Lubit', 'GitCode', 'Rune']) await expect(row(page, name)).toHaveCount(1)
  // The four stand in a row: the end waits for each of them, and none has slack.
  await expect(row(page, 'Sena · analyst')).toContainText('Critical path')
  await expect(row(page, 'Sena · analyst')).toContainText('Decoding')
  await expect(row(page, 'Sena · analyst').locator('[data-critical]')).toHaveCount(1)
  await expectAccessible(page)
  await page.screenshot({ path: 'test-results/waterfall.png' })

  // By keyboard: down to Sena, open it, its attempt and its call are there.
  const grid = page.getByRole('treegrid')
  await grid.focus()
  const before = await rows(page).count()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(grid).toHaveAttribute('aria-activedescendant', (await row(page, 'Sena · analyst').getAttribute('id'))!)
  await page.keyboard.press('ArrowRight')
  await expect(row(page, 'Sena · analyst')).toHaveAttribute('aria-expanded', 'true')
  await expect(rows(page)).toHaveCount(before + 2)
  await expect(row(page, 'Model call')).toHaveAttribute('aria-level', '4')
  await page.keyboard.press('ArrowLeft')
  await expect(rows(page)).toHaveCount(before)

  // Enter selects on the canvas too; Space moves the playhead to the row's begin, and bars reach no further.
  await page.keyboard.press('Enter')
  await expect(page.locator('.react-flow__node[data-id="sena"]')).toHaveClass(/selected/)
  await page.keyboard.press(' ')
  await expect(page).toHaveURL(/\?at=\d+(&after=\d+)?$/)
  await expect(page.getByTestId('run-node-lubit')).toHaveAttribute('data-status', 'pending')
  await expect(row(page, 'Lubit')).toContainText('Not begun at this moment')
  await expect(row(page, 'Rune').locator('[data-critical]')).toHaveCount(0)

  // A press on a bar moves the playhead there as well.
  const bars = row(page, 'GitCode').getByRole('gridcell').nth(1)
  const box = (await bars.boundingBox())!
  await page.mouse.click(box.x + box.width * 0.9, box.y + box.height / 2)
  await expect(page.getByTestId('run-node-lubit')).toHaveAttribute('data-status', 'completed')
  await page.screenshot({ path: 'test-results/waterfall-scrubbed.png' })

  // What if Sena took three times as long? All that stands behind it comes later by twice its time.
  await page.getByRole('tab', { name: 'Timing' }).click()
  await expect(page.getByText('on the critical path', { exact: true })).toBeVisible()
  await page.getByRole('slider', { name: 'If it took' }).fill('3')
  await expect(page.getByRole('status').filter({ hasText: 'The run would take' })).toContainText('longer')
  await page.getByRole('slider', { name: 'If it took' }).fill('0.5')
  await expect(page.getByRole('status').filter({ hasText: 'The run would take' })).toContainText('shorter')
  await expectAccessible(page)

  await page.getByRole('tab', { name: 'Route' }).click()
  await page.getByRole('complementary').getByRole('link', { name: '(simulated)' }).click()
  await page.waitForURL(/\/fleet\?instance=/)
  await expect(page.getByText(/Your model call went to/)).toBeVisible()
  await expect(page.locator('[aria-current="true"]').filter({ has: page.getByRole('heading', { level: 3 }) })).toBeInViewport()
})

test('steps side by side: only the longest is critical, the others say how much slack they have', async ({ page, request }) => {
  const { graph, exampleInput } = await templateGraph(request, 'text-processing')
  const workflow = await makeWorkflow(request, 'Side by side in the waterfall', graph)
  const { id } = (await (await request.post(`/api/workflows/${workflow}/runs`, { data: { input: exampleInput } })).json()) as { id: string }
  // Opened while it runs: the rows grow.
  await page.goto(`/runs/${id}`)
  await openWaterfall(page)
  await expect.poll(async () => (await readRun(request, id)).status, { timeout: 40_000 }).toBe('completed')
  const sides = ['topics', 'tone', 'summary']
  const named = (node: string) => graph.nodes.find((one) => one.id === node)!.name
  await expect.poll(async () => (await Promise.all(sides.map((node) => row(page, named(node)).locator('[data-critical]').count()))).reduce((sum, one) => sum + one, 0)).toBe(1)
})

test('thousands of spans: only those in sight are drawn, the last is one key away', async ({ page, request }) => {
  const node = (id: string, type: string, x: number, config: object = {}) => ({ id, type, name: id, position: { x, y: 0 }, config })
  const body = { nodes: [node('part', 'input', 0), node('twice', 'transform', 300, { expression: 'input' }), node('back', 'output', 600)], edges: [{ id: 'a', source: 'part', target: 'twice' }, { id: 'b', source: 'twice', target: 'back' }] }
  const workflow = await makeWorkflow(request, 'Wide', { nodes: [node('list', 'input', 0), node('each', 'map', 300, { items: 'input.list', concurrency: 200, body }), node('end', 'output', 600)], edges: [{ id: 'a', source: 'list', target: 'each' }, { id: 'b', source: 'each', target: 'end' }] })
  const items = 500
  const { id } = (await (await request.post(`/api/workflows/${workflow}/runs`, { data: { input: { list: Array.from({ length: items }, (_, index) => index) } } })).json()) as { id: string }
  await expect.poll(async () => (await readRun(request, id)).status, { timeout: 120_000 }).toBe('completed')
  await page.goto(`/runs/${id}`)
  await openWaterfall(page)
  const grid = page.getByRole('treegrid')
  // The run, three nodes, and of each item itself and its three steps.
  await expect(grid).toHaveAttribute('aria-rowcount', String(4 + items * 4))
  expect(await rows(page).count()).toBeLessThan(60)
  await grid.focus()
  await page.keyboard.press('End')
  await expect(row(page, 'end')).toHaveAttribute('aria-rowindex', String(4 + items * 4))
  await expect(row(page, 'end')).toBeInViewport()
  await page.getByRole('button', { name: 'Close all' }).click()
  await expect(grid).toHaveAttribute('aria-rowcount', '4')
})

test('on a phone, in the dark and in Korean the waterfall fits and is named', async ({ page, context, request, baseURL }) => {
  const id = await finishedRun(request, 'plan-fan-out', { question: 'Rent or buy?' })
  await context.addCookies([{ name: 'heddle-locale', value: 'ko', url: baseURL! }])
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`/runs/${id}`)
  await page.getByRole('radio', { name: '워터폴' }).click()
  await expect(page.getByRole('treegrid', { name: '실행 워터폴' }).getByRole('row').first()).toContainText('전체 실행')
  await expect(page.getByRole('treegrid').getByRole('row').filter({ hasText: '항목 [0]' })).toHaveCount(1)
  const { scrollWidth, innerWidth } = await page.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth, innerWidth: window.innerWidth }))
  expect(scrollWidth).toBeLessThanOrEqual(innerWidth)
  await page.getByRole('treegrid').scrollIntoViewIfNeeded()
  await page.screenshot({ path: 'test-results/waterfall-phone.png', fullPage: true })
  await expectAccessible(page)
})
