import AxeBuilder from '@axe-core/playwright'
import { expect, test, type Page } from '@playwright/test'
import { makeWorkflow, readRun } from './steps'

const node = (id: string, type: string, x: number, y: number, config: object = {}) => ({ id, type, name: id.toUpperCase(), position: { x, y }, config })
const graph = {
  nodes: [
    node('input', 'input', 0, 0, { schema: { type: 'object', properties: { topic: { type: 'string' } }, required: ['topic'] } }),
    node('shape', 'transform', 320, 0, { expression: '{"title": input.topic}' }), node('agent', 'agent', 640, 0, { prompt: 'Write' }), node('out', 'output', 960, 0, { value: '{{ steps.agent.output.text }}' }),
  ],
  edges: [['input', 'shape'], ['shape', 'agent'], ['agent', 'out']].map(([source, target]) => ({ id: `${source}-${target}`, source, target })),
}

async function opened(page: Page, node: string): Promise<string> {
  const id = await makeWorkflow(page.request, 'Prompts', graph)
  const { id: runId } = (await (await page.request.post(`/api/workflows/${id}/runs`, { data: { input: { topic: '차 한 잔' }, version: 'draft' } })).json()) as { id: string }
  await expect.poll(async () => (await readRun(page.request, runId)).status, { timeout: 60_000 }).toBe('completed')
  await page.goto(`/workflows/${id}`)
  await page.locator(`.react-flow__node[data-id="${node}"]`).click()
  await expect(page.locator('.cm-editor').first()).toBeVisible()
  return id
}

test('a prompt is completed with types and last values, worked out while it is typed, and undone by the one history', async ({ page }) => {
  await opened(page, 'agent')
  const prompt = page.getByRole('textbox', { name: 'Prompt' })
  await prompt.click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type(' about {{ steps.sh')
  const offered = page.locator('.cm-tooltip-autocomplete')
  await expect(offered).toContainText('steps.shape.output')
  await expect(page.locator('.cm-completionInfo')).toContainText('차 한 잔')
  await page.screenshot({ path: 'test-results/code-completion.png' })
  // No type tells what a transform gives: its last value does.
  await expect(offered).toContainText('steps.shape.output.title')
  await page.keyboard.press('Enter')
  await expect(offered).toBeHidden()
  await expect(prompt).toHaveText('Write about {{ steps.shape.output}}')
  await page.keyboard.type('.ti')
  await expect(offered).toContainText('steps.shape.output.title')
  await offered.getByRole('option', { name: 'steps.shape.output.title' }).click()
  await expect(prompt).toHaveText('Write about {{ steps.shape.output.title}}')
  const preview = page.getByTestId('text-preview')
  await expect(preview).toContainText('Write about 차 한 잔')

  // Tab leaves the field, as from any other; the node stays chosen.
  await page.keyboard.press('Tab')
  await expect(prompt).not.toBeFocused()
  await prompt.click()
  await page.keyboard.press('Control+z')
  await expect(prompt).not.toHaveText(/title/)
  await page.keyboard.press('Control+Shift+Z')
  await expect(prompt).toHaveText(/title/)
})

test('a fault is marked at its place and said there', async ({ page }) => {
  await opened(page, 'shape')
  const expression = page.getByRole('textbox', { name: 'Expression' })
  await expression.fill('input.topik + "!"')
  await expect(page.getByTestId('text-preview')).toContainText('topik is not there')
  const mark = page.locator('.cm-lintRange-error')
  await expect(mark).toBeVisible()
  await mark.hover()
  await expect(page.locator('.cm-diagnostic')).toContainText('topik is not there')
  await expression.fill('steps.gone.output')
  await expect(expression).toHaveAttribute('aria-invalid', 'true')
  await expect(mark).toHaveText('steps.gone')
  await page.screenshot({ path: 'test-results/code-fault.png' })
})

test('what cannot be read is said as it is typed, leads from the menu to its field, and keeps the workflow from running', async ({ page, context, baseURL }) => {
  const id = await opened(page, 'shape')
  const expression = page.getByRole('textbox', { name: 'Expression' })
  await expression.fill('input.topic = "tea"')
  await expect(page.getByText('Write “==” in place of “=” (line 1, character 13)')).toBeVisible()
  await expect(page.locator('.cm-lintRange-error')).toHaveText('=')
  // Said once: a text that cannot be read has no preview.
  await expect(page.getByTestId('text-preview')).toBeHidden()
  await page.locator('.react-flow__node[data-id="agent"]').click()
  await page.getByRole('textbox', { name: 'Prompt' }).fill('{% if input.topic %}Write')
  await expect(page.getByText('{% if input.topic %} is not closed: {% endif %} is missing')).toBeVisible()
  await page.getByLabel('Temperature').fill('9')

  const menu = page.getByRole('button', { name: '3 problems' })
  await menu.click()
  await page.getByRole('button', { name: /"SHAPE", Expression.*, line 1, character 13: Write “==” in place of “=”/ }).click()
  await expect(expression).toBeFocused()
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
  const refused = await page.request.post(`/api/workflows/${id}/runs`, { data: { input: { topic: 'tea' }, version: 'draft' } })
  expect(refused.status()).toBe(422)
  const { code, issues } = (await refused.json()) as { code: string; issues: { path: string; message: string }[] }
  expect(code).toBe('INVALID_GRAPH')
  expect(issues.map(({ path }) => path)).toEqual(['shape.expression', 'agent.temperature', 'agent.prompt'])

  await context.addCookies([{ name: 'heddle-locale', value: 'ko', url: baseURL! }])
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`/workflows/${id}`)
  await page.getByRole('button', { name: '문제 3개' }).click()
  await page.getByRole('button', { name: '"AGENT", 온도: 2 이하여야 합니다' }).click()
  // On a phone the settings unfold for it.
  await expect(page.getByLabel('온도')).toBeFocused()
  await page.screenshot({ path: 'test-results/code-problems-phone-ko.png' })
  await page.getByRole('button', { name: '게시', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: '버전 게시' }).click()
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('문제 3개 때문에 워크플로를 실행할 수 없습니다')
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('"SHAPE", 표현식')
  await page.getByRole('dialog').getByRole('button', { name: '취소' }).click()
  await page.getByLabel('온도').fill('')
  await page.getByRole('button', { name: '문제 2개' }).click()
  await page.getByRole('button', { name: /"AGENT", 프롬프트, 1행 1번째 글자/ }).click()
  await page.getByRole('textbox', { name: '프롬프트' }).fill('Write')
  await expect(page.getByRole('button', { name: '문제 1개' })).toBeVisible()
})

test('Korean is composed in it as in any field', async ({ page }) => {
  await opened(page, 'agent')
  const prompt = page.getByRole('textbox', { name: 'Prompt' })
  await prompt.click()
  await page.keyboard.press('Control+End')
  const client = await page.context().newCDPSession(page)
  for (const text of ['ㅎ', '하', '한']) await client.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
  await client.send('Input.insertText', { text: '한' })
  for (const text of ['ㄱ', '그', '글']) await client.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
  await client.send('Input.insertText', { text: '글' })
  await expect(prompt).toHaveText('Write한글')
  await expect(page.locator('.react-flow__node[data-id="agent"]')).toContainText('Write한글')

  // In a dialog the Escape that gives up a syllable closes nothing.
  await page.getByRole('button', { name: 'Publish' }).click()
  const note = page.getByRole('dialog').getByRole('textbox')
  await note.click()
  await client.send('Input.imeSetComposition', { text: '하', selectionStart: 1, selectionEnd: 1 })
  await note.dispatchEvent('keydown', { key: 'Escape', isComposing: true, bubbles: true, cancelable: true })
  await expect(note).toBeVisible()
  await client.send('Input.insertText', { text: '하' })
  await expect(note).toHaveValue('하')
  await note.press('Escape')
  await expect(note).toBeHidden()
})

test('the model is chosen from the fleet; one that it does not know is taken with a warning', async ({ page, context, baseURL }) => {
  const id = await opened(page, 'agent')
  await page.getByRole('button', { name: 'Choose a model' }).click()
  const item = page.getByRole('menuitem').nth(1)
  await expect(item).toContainText('instance')
  const name = (await item.locator('span.font-mono').textContent())!
  await item.click()
  const model = page.getByLabel('Model', { exact: true })
  await expect(model).toHaveValue(name)
  await model.fill('nobody-has-it')
  await expect(page.getByText('The fleet does not know this model')).toBeVisible()
  const mend = page.getByRole('button', { name: `Take ${name}` })
  await mend.click()
  await expect(model).toHaveValue(name)
  await expect(mend).toBeHidden()
  // The same is told before a run, for all agents at once.
  await model.fill('nobody-has-it')
  await page.getByRole('button', { name: '1 warning' }).click()
  await page.getByRole('button', { name: /"AGENT": no instance of the fleet serves nobody-has-it. It serves / }).click()
  await expect(model).toHaveValue('nobody-has-it')

  await context.addCookies([{ name: 'heddle-locale', value: 'ko', url: baseURL! }])
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.goto(`/workflows/${id}`)
  await page.locator('.react-flow__node[data-id="agent"]').click()
  await page.locator('.cm-content').nth(1).click()
  await expect(page.getByTestId('text-preview')).toBeVisible()
  await page.screenshot({ path: 'test-results/code-dark-ko.png' })
  const { violations } = await new AxeBuilder({ page }).include('aside').analyze()
  expect(violations.map(({ id: rule, nodes }) => [rule, nodes.map((one) => one.html.slice(0, 120))])).toEqual([])
})

test('JSON is marked where it is none yet, waits for its field to be opened again, and is taken back without losing an edit', async ({ page }) => {
  await opened(page, 'agent')
  const form = page.getByRole('form')
  const pinned = form.getByRole('textbox', { name: /^Given output/ })
  const open = () => form.locator('summary', { hasText: 'When it runs' }).click()
  await open()
  await pinned.click()
  await page.keyboard.type('{"text" 1')
  await expect(form.locator('.cm-lintRange-error')).toHaveText('1')
  await expect(form.getByText('This is not JSON yet; it is taken as soon as it is.')).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(pinned).not.toBeFocused()
  await page.locator('.react-flow__node[data-id="shape"]').click()
  await page.locator('.react-flow__node[data-id="agent"]').click()
  await open()
  await expect(pinned).toContainText('{"text" 1')
  await pinned.click()
  // The brace alone was JSON, as it is closed by itself.
  await page.keyboard.press('Control+z')
  await expect(pinned).toHaveText('{}')
  await page.keyboard.press('Control+y')
  await expect(pinned).toContainText('{"text" 1')
})
