import { expect, test, type APIRequestContext, type Page } from '@playwright/test'
import { box, edges, pick, saved } from './canvas'
import { makeWorkflow, readRun, settledCanvas } from './steps'

const node = (id: string, type: string, x: number, y: number, config: object = {}) => ({ id, type, name: id.toUpperCase(), position: { x, y }, config })

test('the command palette: to a node, add a type, do, undo, and nothing while composing', async ({ page, request }) => {
  await makeWorkflow(request, 'Palette neighbour', { nodes: [], edges: [] })
  const id = await makeWorkflow(request, 'Palette', { nodes: [node('first', 'transform', 0, 0, { expression: '1' }), node('second', 'transform', 300, 0, { expression: '2' })], edges: [] })
  await page.goto(`/workflows/${id}`)
  await expect(page.locator('.react-flow__node')).toHaveCount(2)

  await page.keyboard.press('Control+k')
  const field = page.getByRole('combobox', { name: 'Commands' })
  await expect(field).toBeFocused()
  await field.fill('second')
  await expect(page.getByRole('option').first()).toHaveText(/SECOND/)
  // An input method takes Enter and Escape for itself.
  await field.dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true })
  await field.dispatchEvent('keydown', { key: 'Escape', isComposing: true, bubbles: true })
  await expect(field).toBeVisible()
  await field.press('Enter')
  await expect(field).toBeHidden()
  await expect(page.getByRole('form', { name: 'Settings of SECOND' })).toBeVisible()

  await page.keyboard.press('Control+k')
  await field.fill('approval')
  await field.press('Enter')
  await expect(page.locator('.react-flow__node')).toHaveCount(3)
  await expect(page.locator('.react-flow__edge')).toHaveCount(1)

  await page.keyboard.press('Control+k')
  // The type used last is offered first.
  await expect(page.getByRole('group', { name: 'Add a node' }).getByRole('option').first()).toHaveText(/Add Approval/)
  await field.fill('undo')
  await field.press('Enter')
  await expect(page.locator('.react-flow__node')).toHaveCount(2)

  await page.keyboard.press('Control+k')
  await field.press('Escape')
  await expect(field).toBeHidden()
  await page.getByRole('button', { name: 'Commands' }).click()
  await field.fill('neighbour')
  await page.getByRole('option', { name: 'Palette neighbour' }).first().click()
  await expect(page.getByLabel('Name of the workflow')).toHaveValue('Palette neighbour')
})

const chain = [node('a', 'transform', 0, 0, { expression: '1' }), node('b', 'transform', 320, 40, { expression: 'steps.a.output' }), node('c', 'transform', 640, 90, { expression: 'steps.b.output' })]
const chainEdges = [{ id: 'a>b', source: 'a', target: 'b' }, { id: 'b>c', source: 'b', target: 'c' }]

async function openChain(page: Page, request: APIRequestContext, name: string, more: object[] = []): Promise<string> {
  const id = await makeWorkflow(request, name, { nodes: [...chain, ...more], edges: chainEdges })
  await page.goto(`/workflows/${id}`)
  await expect(page.locator('.react-flow__node')).toHaveCount(chain.length + more.length)
  await settledCanvas(page)
  return id
}

async function select(page: Page, ...ids: string[]): Promise<void> {
  for (const [index, id] of ids.entries()) await box(page, id).click({ position: { x: 30, y: 12 }, ...(index > 0 && { modifiers: ['Shift'] }) })
}

test('from a handle into the void, on an edge, another type in its place, and the line closed again', async ({ page, request }) => {
  const id = await openChain(page, request, 'Grown')
  const handle = (await box(page, 'c').locator('.react-flow__handle.source').boundingBox())!
  await page.mouse.move(handle.x + 4, handle.y + 4)
  await page.mouse.down()
  await page.mouse.move(handle.x + 40, handle.y + 120, { steps: 8 })
  await page.mouse.up()
  await pick(page, 'output')
  await expect(edges(page)).toHaveCount(3)
  await page.keyboard.press('Escape')
  await page.getByRole('group', { name: 'Edge from A to B' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('complementary', { name: 'Settings of the selection' }).getByRole('button', { name: 'Insert a node on this edge' }).click()
  await pick(page, 'merge')
  await expect(edges(page)).toHaveCount(4)
  await page.getByRole('button', { name: 'Replace by another type' }).click()
  await pick(page, 'approval')
  await expect(page.getByRole('form', { name: 'Settings of Approval' })).toBeVisible()
  await expect(edges(page)).toHaveCount(4)
  await page.locator('.react-flow__node.selected').focus()
  await page.keyboard.press('Shift+Delete')
  await expect(edges(page)).toHaveCount(3)
  expect((await saved(page, request, id)).edges.map(({ source, target }) => `${source}>${target}`).sort()).toEqual(['a>b', 'b>c', 'c>output'])
})

test('a note is written in Markdown and shown as it reads', async ({ page, request }) => {
  await openChain(page, request, 'With a note')
  await page.keyboard.press('/')
  await page.keyboard.type('note')
  await page.keyboard.press('Enter')
  await page.getByRole('form').getByRole('textbox', { name: 'Text' }).fill('## 계획\n\n- first\n- **then**\n\n<b>no HTML</b>')
  const note = page.locator('.react-flow__node.selected')
  await expect(note.getByRole('heading', { name: '계획' })).toBeVisible()
  await expect(note.getByRole('listitem')).toHaveText(['first', 'then'])
  await expect(note.locator('b')).toHaveCount(0)
})

test('what is dragged snaps to a line; aligning, equal gaps and tidying the selection are one step each', async ({ page, request }) => {
  const id = await openChain(page, request, 'In line')
  const from = (await box(page, 'b').boundingBox())!
  const line = (await box(page, 'a').boundingBox())!
  await page.mouse.move(from.x + 40, from.y + 12)
  await page.mouse.down()
  await page.mouse.move(from.x + 40, from.y + 20, { steps: 4 })
  // The drag begins where it was noticed: from there it is three pixels short of the line.
  await expect.poll(async () => (await box(page, 'b').boundingBox())!.y).toBeGreaterThan(from.y)
  const now = (await box(page, 'b').boundingBox())!
  await page.mouse.move(from.x + 40, from.y + 20 - (now.y - line.y) + 3, { steps: 5 })
  await expect(page.locator('.react-flow__viewport-portal > div')).not.toHaveCount(0)
  await page.mouse.up()
  const y = async (at: string) => (await saved(page, request, id)).nodes.find((one) => one.id === at)!.position.y
  await expect.poll(() => y('b')).toBe(0)
  await select(page, 'b', 'c')
  await page.getByRole('button', { name: 'Align bottom' }).click()
  await expect.poll(() => y('b')).toBe(90)
  await page.keyboard.press('Control+z')
  await expect.poll(() => y('b')).toBe(0)
  await page.keyboard.press('Control+a')
  await page.getByRole('button', { name: 'Tidy up the selection' }).click()
  await expect.poll(async () => (await y('c')) - (await y('a'))).toBe(0)
  await page.keyboard.press('Control+z')
  await expect.poll(() => y('c')).toBe(90)
})

test('a group collapses and opens, a locked node stays, a disabled one lets pass what arrives', async ({ page, request }) => {
  const id = await openChain(page, request, 'Framed')
  await select(page, 'a', 'b')
  await page.keyboard.press('Control+g')
  await page.getByRole('button', { name: 'Collapse Group' }).click()
  await expect(page.locator('.react-flow__node')).toHaveCount(2)
  await expect(edges(page)).toHaveCount(1)
  await page.getByRole('button', { name: 'Expand Group' }).click()
  await expect(page.locator('.react-flow__node')).toHaveCount(4)
  await page.keyboard.press('Escape')
  await box(page, 'b').focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('d')
  await page.keyboard.press('l')
  await page.keyboard.press('Delete')
  await expect(box(page, 'b')).toBeVisible()
  await expect(page.getByText('Locked: it is not moved, edited or deleted.')).toBeVisible()
  expect((await saved(page, request, id)).nodes.find((one) => one.id === 'b')?.config).toMatchObject({ disabled: true, locked: true })
  await page.keyboard.press('Control+Enter')
  await page.getByRole('button', { name: 'Start run' }).click()
  await page.waitForURL(/\/runs\/run_/)
  const run = page.url().split('/').pop()!.split('?')[0]!
  await expect.poll(async () => (await readRun(request, run)).status, { timeout: 30_000 }).toBe('completed')
  // The frame is no step, and the disabled one gave on what it got.
  expect((await readRun(request, run)).steps).toMatchObject({ b: { status: 'skipped' }, c: { status: 'completed', output: 1 } })
  await expect(page.getByTestId('run-node-group')).toHaveCount(0)
})

test('copies: within, into another tab, from a text; templates follow', async ({ page, context, request, baseURL }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: baseURL! })
  await openChain(page, request, 'Copied from')
  const other = await context.newPage()
  const into = await makeWorkflow(request, 'Copied into', { nodes: [], edges: [] })
  await page.bringToFront()
  await select(page, 'a', 'b')
  await page.keyboard.press('Control+c')
  await page.keyboard.press('Control+v')
  await expect(page.locator('.react-flow__node')).toHaveCount(5)
  await expect(edges(page)).toHaveCount(3)
  await page.keyboard.press('Control+d')
  await expect(page.locator('.react-flow__node')).toHaveCount(7)
  const text = await page.evaluate(() => navigator.clipboard.readText())
  await other.bringToFront()
  await other.goto(`/workflows/${into}`)
  await expect(other.getByText('An empty canvas')).toBeVisible()
  await other.keyboard.press('Control+v')
  await expect(other.locator('.react-flow__node')).toHaveCount(2)
  await other.keyboard.press('Control+k')
  await pick(other, 'Paste from text')
  await other.getByLabel('JSON text *').fill('no nodes')
  await other.getByRole('button', { name: 'Paste', exact: true }).click()
  await expect(other.getByText('There are no nodes in this text.')).toBeVisible()
  await other.getByLabel('JSON text *').fill(text)
  await other.getByRole('button', { name: 'Paste', exact: true }).click()
  await expect(other.locator('.react-flow__node')).toHaveCount(4)
  expect((await saved(other, request, into)).nodes.map(({ id, config }) => `${id} ${String(config.expression)}`)).toEqual(['a 1', 'b steps.a.output', 'a2 1', 'b2 steps.a2.output'])
})

test('settings of several nodes at once, and find and replace in all', async ({ page, request }) => {
  const id = await openChain(page, request, 'Together', [node('m', 'map', 0, 300, { body: { nodes: [node('inner', 'transform', 0, 0, { expression: 'steps.a.output + 1' })], edges: [] } })])
  await select(page, 'a', 'c')
  await page.getByRole('region', { name: 'Settings in common' }).getByLabel('Attempts', { exact: true }).fill('7')
  await expect.poll(async () => (await saved(page, request, id)).nodes.filter(({ config }) => JSON.stringify(config.retry) === '{"maxAttempts":7}').length).toBe(2)
  await page.keyboard.press('Control+h')
  await page.getByLabel('Find', { exact: true }).fill('STEPS.A')
  await expect(page.getByText('Found 2 times')).toBeVisible()
  await page.getByLabel('Replace by').fill('steps.c')
  await page.getByRole('button', { name: 'Replace all (2)' }).click()
  await expect(page.getByText('Found nowhere.')).toBeVisible()
  await page.keyboard.press('Escape')
  expect(JSON.stringify((await saved(page, request, id)).nodes)).toContain('steps.c.output + 1')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(async () => JSON.stringify((await saved(page, request, id)).nodes)).toContain('steps.a.output + 1')
})

test('what is selected comes to lie beside the panel that tells of it, and stays where a hand moves it', async ({ page, request }) => {
  const id = await openChain(page, request, 'Wide', [node('last', 'transform', 1_800, 60, { expression: '4' })])
  const panel = page.getByRole('complementary', { name: 'Settings of the selection' })
  const hidden = async () => {
    const [one, over] = [(await box(page, 'last').boundingBox())!, (await panel.boundingBox())!]
    return one.x + one.width - over.x
  }
  await select(page, 'last')
  await expect(panel).toBeVisible()
  await expect.poll(hidden).toBeLessThan(0)
  const pane = (await page.locator('.react-flow__pane').boundingBox())!
  const ground = { x: pane.x + 300, y: pane.y + pane.height - 100 }
  await page.mouse.move(ground.x, ground.y)
  await page.mouse.down()
  await page.mouse.move(ground.x + 200, ground.y, { steps: 4 })
  await page.mouse.up()
  await settledCanvas(page)
  expect(await hidden()).toBeGreaterThan(0)
  // Whatever is said of it, whoever moved it has the say; who chooses it again wants to see it.
  await page.keyboard.press('Escape')
  await box(page, 'last').focus()
  await page.keyboard.press('Enter')
  await expect.poll(hidden).toBeLessThan(0)
  const before = (await box(page, 'last').boundingBox())!.x
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Shift+ArrowRight')
  await expect.poll(async () => (await saved(page, request, id)).nodes.at(-1)!.position.x).toBeGreaterThan(1_800)
  await expect.poll(hidden).toBeLessThan(0)
  expect(Math.abs((await box(page, 'last').boundingBox())!.x - before)).toBeLessThan(1)
})

test('names can be read from afar: their letters grow as the plane shrinks', async ({ page, request }) => {
  await openChain(page, request, 'From afar')
  const letters = () => box(page, 'a').evaluate((one) => {
    const zoom = one.getBoundingClientRect().width / (one as HTMLElement).offsetWidth
    return { zoom, pixels: parseFloat(getComputedStyle(one.querySelector('.node-name')!).fontSize) * zoom }
  })
  const seen: number[] = []
  for (let steps = 0; steps < 12; steps++) {
    const { zoom, pixels } = await letters()
    if (zoom < 0.21) break
    seen.push(zoom)
    expect(pixels, `at zoom ${zoom}`).toBeGreaterThan(8.9)
    await page.getByRole('button', { name: 'Zoom out' }).click()
    await settledCanvas(page)
    // The letters follow once the canvas has been drawn from there.
    await page.waitForTimeout(100)
  }
  expect(seen.length).toBeGreaterThan(4)
  if (process.env.HEDDLE_SHOTS) await page.screenshot({ path: `${process.env.HEDDLE_SHOTS}/from-afar.png` })
})

test('the map of the canvas, and zooming to what is selected', async ({ page, request }) => {
  await openChain(page, request, 'Near', [node('far', 'transform', 9_000, 4_000, { expression: '4' })])
  await expect(page.getByRole('img', { name: 'Map of the canvas' })).toBeVisible()
  const width = async () => (await box(page, 'a').boundingBox())!.width
  const small = await width()
  await box(page, 'a').focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('2')
  await expect.poll(width).toBeGreaterThan(small * 3)
  await page.keyboard.press('1')
  await expect.poll(width).toBeLessThan(small * 1.5)
})
