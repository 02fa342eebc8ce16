import { expect, test, type APIRequestContext } from '@playwright/test'
import { makeWorkflow, readRun, runNode, templateGraph } from './steps'

async function pythonReport(request: APIRequestContext): Promise<string> {
  const { checks } = (await (await request.get('/api/health')).json()) as { checks: { name: string; message: string }[] }
  return checks.find((check) => check.name === 'python')!.message
}

test("an agent's tool is tried from its form, before any model calls it", async ({ page, request }) => {
  test.skip(!(await pythonReport(request)).startsWith('Sandbox'), 'There is no bubblewrap here')
  const tool = { name: 'double', parameters: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }, run: { kind: 'python', code: 'output = input["n"] * 2' } }
  await page.goto(`/workflows/${await makeWorkflow(request, 'With a tool', { nodes: [{ id: 'ask', type: 'agent', name: 'Ask', position: { x: 0, y: 0 }, config: { prompt: 'Double 21', tools: [tool] } }], edges: [] })}`)
  await page.locator('.react-flow__node[data-id="ask"]').click()
  await page.getByText('Structured answer and tools', { exact: true }).click()
  await page.locator('summary').filter({ hasText: 'double' }).click()
  await page.getByRole('button', { name: 'Try it' }).click()
  const dialog = page.getByRole('dialog', { name: 'Call double' })
  await dialog.getByRole('button', { name: 'Call', exact: true }).click()
  await expect(dialog.getByText('Fill this in')).toBeVisible()
  await dialog.getByLabel('n *', { exact: true }).fill('21')
  await dialog.getByLabel('n *', { exact: true }).press('Enter')
  await expect(dialog.getByRole('status')).toContainText('"output": 42')
})

test('draw a Python step with the keyboard, run it, and read what it printed', async ({ page, request }) => {
  test.skip(!(await pythonReport(request)).startsWith('Sandbox'), 'There is no bubblewrap here')
  const workflow = await makeWorkflow(request, 'Counting', {
    nodes: [{ id: 'input', type: 'input', name: 'Input', position: { x: 0, y: 0 }, config: {} }], edges: [],
  })
  await page.goto(`/workflows/${workflow}`)
  await page.locator('.react-flow__node[data-id="input"]').click()
  await page.getByRole('searchbox', { name: 'Search nodes' }).fill('python')
  await page.keyboard.press('Enter')
  const code = page.getByRole('textbox', { name: 'Code (Python)' })
  // The grammar comes with the editor.
  await expect(page.locator('.cm-editor').filter({ has: code })).toBeVisible()
  await code.click()
  await page.keyboard.type('total = 0\nfor n in input["n"]:')
  await page.keyboard.press('Enter')
  await page.keyboard.type('total += n')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.type('print("합계", total)\noutput = {"total": total}')
  const lines = code.locator('.cm-line')
  await expect(lines).toHaveText(['total = 0', 'for n in input["n"]:', '    total += n', 'print("합계", total)', 'output = {"total": total}'])
  await expect(lines.nth(1).locator('span', { hasText: /^for$/ })).toHaveCount(1)
  // Tab indents; Escape, then Tab leaves.
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  await expect(code).not.toBeFocused()
  await expect(lines.last()).toHaveText('output = {"total": total}')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByRole('textbox', { name: 'Input (JSON)' }).fill('{"n": [1, 2, 39]}')
  await page.getByRole('button', { name: 'Start run' }).click()
  await page.waitForURL(/\/runs\/run_/)
  await expect(runNode(page, 'python')).toHaveAttribute('data-status', 'completed', { timeout: 30_000 })
  await page.locator('.react-flow__node[data-id="python"]').click()
  const panel = page.getByRole('complementary', { name: 'Selected step' })
  await expect(panel.getByRole('group', { name: 'Output' })).toContainText('"total": 42')
  await expect(panel.getByRole('group', { name: 'Output' })).toContainText('합계 42')
  await panel.getByRole('tab', { name: 'Input' }).click()
  await expect(panel.getByRole('group', { name: 'Input' })).toContainText('"isolation": "sandbox"')
})

test('the template runs to its end', async ({ request }) => {
  test.skip(!(await pythonReport(request)).startsWith('Sandbox'), 'There is no bubblewrap here')
  const { graph, exampleInput } = await templateGraph(request, 'python-figures')
  const workflow = await makeWorkflow(request, 'Figures', graph)
  const { id } = (await (await request.post(`/api/workflows/${workflow}/runs`, { data: { input: exampleInput } })).json()) as { id: string }
  await expect.poll(async () => (await readRun(request, id)).status, { timeout: 30_000 }).toBe('completed')
  expect((await readRun(request, id)).output).toEqual({
    all: [{ region: 'Jeju', count: 1, total: 45.5, median: 45.5 }, { region: '부산', count: 1, total: 80, median: 80 }, { region: '서울', count: 2, total: 430, median: 215 }],
    large: [{ region: '서울', count: 2, total: 430, median: 215 }],
  })
})

test('a mistake is told by its line, once, and where there is no sandbox nothing runs', async ({ page, request }) => {
  const report = await pythonReport(request)
  const workflow = await makeWorkflow(request, 'Mistake', {
    nodes: [{ id: 'p', type: 'python', name: 'Divide', position: { x: 0, y: 0 }, config: { code: 'x = 0\noutput = 1 / x' } }], edges: [],
  })
  const { id } = (await (await request.post(`/api/workflows/${workflow}/runs`, { data: { input: {} } })).json()) as { id: string }
  await page.goto(`/runs/${id}`)
  await expect(runNode(page, 'p')).toHaveAttribute('data-status', 'failed', { timeout: 30_000 })
  await page.locator('.react-flow__node[data-id="p"]').click()
  const told = page.getByRole('complementary', { name: 'Selected step' }).getByRole('alert')
  await expect(told).toContainText(report.startsWith('Sandbox') ? 'Line 2: ZeroDivisionError' : 'apt-get install bubblewrap')
  expect((await readRun(request, id)).steps.p?.attempts).toBe(1)
})

test('the settings page tells how Python steps are shut in', async ({ page, request }) => {
  await page.goto('/settings')
  await expect(page.getByRole('row', { name: /^Python/ })).toContainText(await pythonReport(request))
})
