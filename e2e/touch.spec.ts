import { expect, test, type Locator, type Page } from '@playwright/test'
import { box, edges, pick, saved } from './canvas'
import { makeWorkflow, settledCanvas } from './steps'

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

const OPERATIONS = /\/operations(\?|$)/
const node = (id: string, type: string, x: number, y: number, config: object = {}) => ({ id, type, name: id.toUpperCase(), position: { x, y }, config })

type Place = { x: number; y: number }

/** Fingers on the screen, each on its way. */
async function handOn(page: Page): Promise<(...ways: [from: Place, to: Place][]) => Promise<void>> {
  const cdp = await page.context().newCDPSession(page)
  return async (...ways) => {
    const at = (part: number) => ways.map(([from, to], number) => ({ id: number, x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }))
    await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0) })
    for (let step = 1; step <= 10; step++) await cdp.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(step / 10) })
    await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  }
}

async function middle(what: Locator): Promise<Place> {
  const { x, y, width, height } = (await what.boundingBox())!
  return { x: x + width / 2, y: y + height / 2 }
}

test('a tap selects and leaves the canvas in sight; nodes move, edges are drawn, the plane moves and grows', async ({ page, request }) => {
  const id = await makeWorkflow(request, 'Touched', { nodes: [node('a', 'transform', 0, 0, { expression: '1' }), node('b', 'transform', 60, 200, { expression: '2' })], edges: [] })
  await page.goto(`/workflows/${id}`)
  await expect(page.locator('.react-flow__node')).toHaveCount(2)
  await settledCanvas(page)
  const touch = await handOn(page)
  await touch([await middle(box(page, 'a').locator('.react-flow__handle.source')), await middle(box(page, 'b').locator('.react-flow__handle.target'))])
  await expect(edges(page)).toHaveCount(1)
  // A tap that follows at once is taken for a part of the gesture before.
  await page.waitForTimeout(700)
  await box(page, 'b').tap()
  await expect(page.getByRole('button', { name: 'Settings', exact: true })).toBeVisible()
  await expect(page.getByRole('form')).toBeHidden()
  await page.getByRole('button', { name: 'Settings', exact: true }).tap()
  await expect(page.getByRole('form', { name: 'Settings of B' })).toBeVisible()
  // It comes to lie above the settings that tell of it.
  await expect.poll(async () => (await box(page, 'b').boundingBox())!.y + (await box(page, 'b').boundingBox())!.height - (await page.getByRole('complementary', { name: 'Settings of the selection' }).boundingBox())!.y).toBeLessThan(0)
  await page.getByRole('button', { name: 'Close the settings' }).tap()
  await page.getByRole('button', { name: 'Show everything' }).tap()
  await settledCanvas(page)
  const before = await middle(box(page, 'a'))
  await touch([before, { x: before.x + 30, y: before.y - 60 }])
  await expect.poll(async () => (await middle(box(page, 'a'))).y).toBeLessThan(before.y - 30)
  await page.getByRole('button', { name: 'Close the settings' }).tap()
  const placed = await middle(box(page, 'b'))
  const pane = (await page.locator('.react-flow__pane').boundingBox())!
  const free = { x: pane.x + 300, y: pane.y + pane.height - 60 }
  await touch([free, { x: free.x - 60, y: free.y - 40 }])
  await expect.poll(async () => (await middle(box(page, 'b'))).x).toBeLessThan(placed.x - 30)
  const width = (await box(page, 'b').boundingBox())!.width
  await touch([{ x: free.x - 60, y: free.y }, { x: free.x - 200, y: free.y }], [{ x: free.x, y: free.y }, { x: free.x + 60, y: free.y }])
  await expect.poll(async () => (await box(page, 'b').boundingBox())!.width).toBeGreaterThan(width * 1.3)
})

test('an empty canvas says what to do in the width that there is', async ({ page, request }) => {
  await page.goto(`/workflows/${await makeWorkflow(request, 'Nothing yet', { nodes: [], edges: [] })}`)
  const text = page.getByText('Press a node in the list to add it')
  await expect(text).toBeVisible()
  expect((await text.boundingBox())!.width).toBeGreaterThan(250)
})

test('several are chosen by taps, on the canvas and in the list', async ({ page, request }) => {
  await page.goto(`/workflows/${await makeWorkflow(request, 'Tapped', { nodes: [node('a', 'transform', 0, 0, { expression: '1' }), node('b', 'transform', 60, 200, { expression: '2' })], edges: [] })}`)
  await settledCanvas(page)
  await box(page, 'a').tap()
  const adds = page.getByRole('button', { name: 'Add to the selection by tapping' })
  await adds.tap()
  await box(page, 'b').tap()
  await expect(page.getByRole('heading', { name: '2 things selected' })).toBeVisible()
  await page.getByRole('button', { name: 'Close the settings' }).tap()
  await page.getByRole('radio', { name: 'List' }).tap()
  await page.locator('[data-row][data-id="a"]').tap({ position: { x: 60, y: 14 } })
  await expect(adds).toHaveAttribute('aria-pressed', 'false')
  await adds.tap()
  await page.locator('[data-row][data-id="b"]').tap({ position: { x: 60, y: 14 } })
  await expect(page.getByRole('row', { selected: true })).toHaveCount(2)
})

test('the body of a map is opened, drawn in and left again', async ({ page, request }) => {
  const body = { nodes: [node('item', 'input', 0, 0), node('work', 'transform', 60, 200, { expression: 'input' })], edges: [] }
  const id = await makeWorkflow(request, 'A map in the hand, with a name that has no room', { nodes: [node('each', 'map', 0, 0, { items: '[1, 2]', body })], edges: [] })
  await page.goto(`/workflows/${id}`)
  await settledCanvas(page)
  await box(page, 'each').tap()
  await page.getByRole('button', { name: 'Settings', exact: true }).tap()
  await page.getByRole('button', { name: 'Open the body' }).tap()
  const levels = page.getByRole('navigation', { name: 'Levels' })
  await expect(levels.getByText('EACH')).toBeVisible()
  // One line, however long the names are; and the bar is as high while an edit is on its way as before.
  expect((await levels.boundingBox())!.height).toBeLessThan(40)
  await settledCanvas(page)
  const top = (await levels.boundingBox())!.y
  const touch = await handOn(page)
  await page.route(OPERATIONS, (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()))
  await touch([await middle(box(page, 'item').locator('.react-flow__handle.source')), await middle(box(page, 'work').locator('.react-flow__handle.target'))])
  await expect(edges(page)).toHaveCount(1)
  await expect(page.getByText('No connection: 1 edit kept here')).toBeVisible()
  expect((await levels.boundingBox())!.y).toBe(top)
  await page.unroute(OPERATIONS)
  const from = await middle(box(page, 'work').locator('.react-flow__handle.source'))
  await touch([from, { x: from.x + 20, y: from.y + 110 }])
  await pick(page, 'output')
  await expect(edges(page)).toHaveCount(2)
  // It was let go at the edge of the screen, and is in sight all the same.
  const added = (await page.locator('.react-flow__node.selected').boundingBox())!
  await expect.poll(async () => (await page.locator('.react-flow__node.selected').boundingBox())!.x + added.width).toBeLessThanOrEqual(390)
  if (process.env.HEDDLE_SHOTS) await page.screenshot({ path: `${process.env.HEDDLE_SHOTS}/body-390.png` })
  await levels.getByRole('button', { name: /^A map in the hand/ }).tap()
  await expect(box(page, 'each')).toBeVisible()
  const inside = (await saved(page, request, id)).nodes[0]!.config.body as { edges: { source: string; target: string }[] }
  expect(inside.edges.map(({ source, target }) => `${source}>${target}`)).toEqual(['item>work', 'work>output'])
})
