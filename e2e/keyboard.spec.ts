import AxeBuilder from '@axe-core/playwright'
import { expect, test, type Page } from '@playwright/test'
import { makeWorkflow, readRun, templateGraph } from './steps'

const node = (id: string, type: string, x: number, y: number, config: object = {}) => ({ id, type, name: id.toUpperCase(), position: { x, y }, config })
const said = (page: Page) => page.locator('p[role="status"].sr-only')

/** Goes on by Tab until the focus is on what the name says. */
async function tabTo(page: Page, role: string, name: string | RegExp): Promise<void> {
  for (let count = 0; count < 80; count++) {
    await page.keyboard.press('Tab')
    const there = page.getByRole(role as 'button', { name, exact: typeof name === 'string' }).and(page.locator(':focus'))
    if ((await there.count()) > 0) return
  }
  throw new Error(`Tab never came to ${role} ${String(name)}`)
}

async function addByName(page: Page, name: string): Promise<void> {
  const field = page.locator('[cmdk-input]')
  await expect(field).toBeFocused()
  await page.keyboard.type(name)
  await expect(field).toHaveValue(name)
  await page.keyboard.press('Enter')
  await expect(page.locator(`[cmdk-input][value="${name}"]`)).toHaveCount(0)
}

test('by keys alone: the four-agent pipeline from an empty canvas, and its run', async ({ page, request }) => {
  const { graph } = await templateGraph(request, 'four-agents')
  const agents = graph.nodes.filter(({ type }) => type === 'agent') as unknown as { name: string; config: { prompt: string; system: string } }[]
  const id = await makeWorkflow(request, 'By keys', { nodes: [], edges: [] })
  await page.goto(`/workflows/${id}`)
  await expect(page.getByText('An empty canvas')).toBeVisible()
  await page.keyboard.press('/')
  await page.keyboard.type('input')
  await page.keyboard.press('Enter')
  await expect(said(page)).toContainText('Added Input')
  await tabTo(page, 'button', 'Add field')
  await page.keyboard.press('Enter')
  await tabTo(page, 'textbox', 'Name of field 1')
  await page.keyboard.type('request')
  // From the form back to the node, by the way that leads there from anywhere.
  for (const [index, agent] of agents.entries()) {
    await page.keyboard.press('Control+k')
    await addByName(page, 'Add what comes next')
    await addByName(page, 'agent')
    await expect(said(page)).toContainText(`Added Agent${index === 0 ? '' : ` ${index + 1}`}, connected to`)
    await expect(page.locator('.react-flow__node.selected')).toBeFocused()
    await tabTo(page, 'textbox', 'Name')
    await page.keyboard.press('Control+a')
    await page.keyboard.type(agent.name)
    await tabTo(page, 'textbox', 'Prompt')
    await page.keyboard.insertText(index === 0 ? 'Analyse: {{ input.request }}' : `Go on from: {{ steps.agent${index === 1 ? '' : index}.output.text }}`)
  }
  await page.keyboard.press('Control+k')
  await addByName(page, 'Add what comes next')
  await addByName(page, 'output')
  await expect(page.getByRole('button', { name: 'No problems' })).toBeVisible()
  await expect(page.locator('.react-flow__edge')).toHaveCount(5)
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('dialog')).toBeVisible()
  await tabTo(page, 'textbox', /request/)
  await page.keyboard.type('Add a dark mode')
  await page.keyboard.press('Control+Enter')
  await page.waitForURL(/\/runs\/run_/)
  const run = page.url().split('/').pop()!.split('?')[0]!
  await expect.poll(async () => (await readRun(request, run)).status, { timeout: 60_000 }).toBe('completed')
  expect(Object.keys((await readRun(request, run)).steps)).toHaveLength(6)
})

test('by keys: connect either way, hear what cannot be, go along the edges, move, delete and close the line, undo', async ({ page, request }) => {
  const id = await makeWorkflow(request, 'Joined by keys', { nodes: [node('a', 'transform', 0, 0, { expression: '1' }), node('b', 'transform', 300, 0, { expression: '2' }), node('c', 'transform', 600, 0, { expression: '3' })], edges: [] })
  await page.goto(`/workflows/${id}`)
  const box = (at: string) => page.locator(`.react-flow__node[data-id="${at}"]`)
  await box('a').focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('c')
  await addByName(page, 'b')
  await expect(said(page)).toContainText('Connected A to B')
  await expect(box('a')).toBeFocused()
  await page.keyboard.press('Alt+ArrowRight')
  await expect(box('b')).toBeFocused()
  await expect(box('b')).toHaveCSS('outline-style', 'solid')
  // What would close a circle is there to be heard, and Enter does not draw it.
  await page.keyboard.press('c')
  await page.keyboard.type('a')
  await expect(page.getByRole('option', { name: /^A/ })).toContainText('close a circle')
  await page.keyboard.press('Enter')
  await expect(page.locator('.react-flow__edge')).toHaveCount(1)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Alt+ArrowRight')
  await expect(box('c')).toBeFocused()
  await page.keyboard.press('Shift+C')
  await addByName(page, 'b')
  await expect(page.locator('.react-flow__edge')).toHaveCount(2)
  await expect(box('c')).toBeFocused()
  await page.keyboard.press('Alt+ArrowLeft')
  await expect(box('b')).toBeFocused()
  const before = (await box('b').boundingBox())!.y
  await page.keyboard.press('ArrowDown')
  await expect.poll(async () => (await box('b').boundingBox())!.y).toBeGreaterThan(before)
  await page.keyboard.press('Shift+Delete')
  await expect(page.locator('.react-flow__edge')).toHaveCount(1)
  await expect(page.getByRole('group', { name: 'Edge from A to C' })).toHaveCount(1)
  await page.keyboard.press('Control+z')
  await expect(page.locator('.react-flow__edge')).toHaveCount(2)
})

test('the list edits as the canvas does', async ({ page, request }) => {
  const id = await makeWorkflow(request, 'Listed', { nodes: [node('b', 'transform', 300, 0, { expression: '2' }), node('a', 'transform', 0, 0, { expression: '1' })], edges: [{ id: 'a>b', source: 'a', target: 'b' }] })
  await page.goto(`/workflows/${id}`)
  await page.getByRole('radio', { name: 'List' }).click()
  const row = (name: string) => page.getByRole('row', { name })
  await expect(page.getByRole('row')).toHaveText([/^A/, /^B/])
  await row('A').first().focus()
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('row').nth(1)).toBeFocused()
  await expect(page.getByRole('form', { name: 'Settings of B' })).toBeVisible()
  await page.keyboard.press('n')
  await addByName(page, 'output')
  await expect(page.getByRole('row')).toHaveText([/^A/, /^B.*Output/, /^Output/])
  await page.getByRole('button', { name: 'Disconnect from B' }).click()
  await expect(page.getByRole('button', { name: 'Disconnect from B' })).toHaveCount(0)
  await page.keyboard.press('Control+z')
  await page.getByRole('button', { name: 'Insert a node before B' }).click()
  await addByName(page, 'merge')
  await expect(page.getByRole('row')).toHaveText([/^A.*Merge/, /^Merge.*B/, /^B.*Output/, /^Output/])
  await page.keyboard.press('Delete')
  await expect(page.getByRole('row')).toHaveCount(3)
  await page.keyboard.press('v')
  await expect(page.locator('.react-flow__node')).toHaveCount(3)
})

for (const theme of ['light', 'dark'] as const) {
  test(`canvas, list, panels and dialogs of the editor have no serious finding, ${theme}`, async ({ page, request }) => {
    await page.emulateMedia({ colorScheme: theme })
    const { graph } = await templateGraph(request, 'plan-fan-out')
    const id = await makeWorkflow(request, 'Looked over', { ...graph, nodes: [...graph.nodes, node('note', 'note', 0, 300, { text: '# Plan\n\n[more](https://example.org)' }), node('group', 'group', 0, 0, { members: [graph.nodes[0]!.id, graph.nodes[1]!.id] }), node('off', 'agent', 300, 300, { disabled: true, locked: true })] })
    const check = async (what: string) => {
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map((one) => `${what}: ${one.id} at ${one.nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual([])
    }
    await page.goto(`/workflows/${id}`)
    await expect(page.locator('.react-flow__node').first()).toBeVisible()
    await page.waitForLoadState('networkidle')
    await check('canvas')
    await page.locator('.react-flow__node[data-id="off"]').focus()
    await page.keyboard.press('Enter')
    await check('a locked node')
    await page.keyboard.press('Control+a')
    await check('several nodes')
    await page.keyboard.press('v')
    await check('list')
    await page.getByRole('row').first().focus()
    await page.keyboard.press('Escape')
    await page.keyboard.press('ArrowUp')
    await expect(page.getByRole('row').first()).toBeFocused()
    // Chosen, too: what is connected is what is chosen.
    await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toBeVisible()
    await page.keyboard.press('c')
    await expect(page.locator('[cmdk-input]')).toBeFocused()
    await check('connections')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+h')
    await page.getByLabel('Find', { exact: true }).fill('e')
    await check('find and replace')
  })
}
