import { expect, test, type APIRequestContext, type Page } from '@playwright/test'
import { makeWorkflow, templateGraph } from './steps'

const OPERATIONS = /\/operations(\?|$)/
const saved = (page: Page) => expect(page.getByText('Saved', { exact: true })).toBeVisible()
const node = (page: Page, id: string) => page.locator(`.react-flow__node[data-id="${id}"]`)

async function open(page: Page, id: string): Promise<void> {
  await page.goto(`/workflows/${id}`)
  await expect(page.locator('.react-flow__node').first()).toBeVisible()
}

async function rename(page: Page, id: string, name: string): Promise<void> {
  await node(page, id).click()
  await page.getByRole('form').getByLabel('Name').fill(name)
  // The settings would lie over the next node.
  await page.getByRole('button', { name: 'Close the settings' }).click()
}

async function make(request: APIRequestContext, name: string): Promise<{ id: string; names: () => Promise<Record<string, string>> }> {
  const { graph } = await templateGraph(request, 'four-agents')
  const id = await makeWorkflow(request, name, graph)
  const names = async () => Object.fromEntries(((await (await request.get(`/api/workflows/${id}`)).json()) as typeof body).graph.nodes.map((one) => [one.id, one.name]))
  const body = { graph }
  return { id, names }
}

/** What this page sends does not arrive; what it asks is answered. */
const cut = (page: Page) => page.route(OPERATIONS, (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()))

test('two tabs draw one workflow: each sees the other, and undoes its own', async ({ page, context, request }) => {
  const { id, names } = await make(request, 'Two tabs')
  const other = await context.newPage()
  await open(page, id)
  await open(other, id)
  await rename(page, 'sena', 'Sena of the first')
  await expect(node(other, 'sena')).toContainText('Sena of the first')
  await rename(other, 'lubit', 'Lubit of the second')
  await expect(node(page, 'lubit')).toContainText('Lubit of the second')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(node(other, 'sena')).not.toContainText('of the first')
  await expect(node(page, 'lubit')).toContainText('Lubit of the second')
  await expect.poll(async () => (await names()).lubit).toBe('Lubit of the second')
  await saved(page)
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('two browsers draw one workflow: each sees the other without reloading, also after a lost connection', async ({ page, browser, request }) => {
  const { id, names } = await make(request, 'Two browsers')
  const elsewhere = await browser.newContext()
  const other = await elsewhere.newPage()
  await open(page, id)
  await open(other, id)
  await rename(page, 'sena', 'Sena of the first')
  await expect(node(other, 'sena')).toContainText('Sena of the first')
  await elsewhere.setOffline(true)
  await rename(page, 'rune', 'Meanwhile')
  await saved(page)
  await elsewhere.setOffline(false)
  await expect(node(other, 'rune')).toContainText('Meanwhile')
  await rename(other, 'lubit', 'Lubit of the second')
  await expect(node(page, 'lubit')).toContainText('Lubit of the second')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(node(other, 'rune')).not.toContainText('Meanwhile')
  await expect.poll(names).toMatchObject({ sena: 'Sena of the first', lubit: 'Lubit of the second' })
  await elsewhere.close()
})

test('without a connection edits are kept here, over a reload and a closed tab, and undo goes on', async ({ page, context, request }) => {
  const { id, names } = await make(request, 'Offline')
  await open(page, id)
  await rename(page, 'sena', 'Kept before')
  await saved(page)
  await cut(page)
  await rename(page, 'rune', 'Kept without')
  await expect(page.getByText('No connection: 1 edit kept here')).toBeVisible()
  await page.reload()
  await expect(node(page, 'rune')).toContainText('Kept without')
  await expect(page.getByText(/Edits that had not been sent are back/)).toBeVisible()
  expect((await names()).rune).not.toBe('Kept without')
  await page.close()

  const next = await context.newPage()
  await open(next, id)
  await expect(node(next, 'rune')).toContainText('Kept without')
  await expect.poll(async () => (await names()).rune).toBe('Kept without')
  await saved(next)
  await next.getByRole('button', { name: 'Undo' }).click()
  await expect(node(next, 'rune')).not.toContainText('Kept without')
  await next.getByRole('button', { name: 'Undo' }).click()
  await expect(node(next, 'sena')).not.toContainText('Kept before')
  await next.getByRole('button', { name: 'Redo' }).click()
  await expect.poll(async () => (await names()).sena).toBe('Kept before')
})

test('the same field in two tabs: both sides are shown, the rest is merged', async ({ page, context, request }) => {
  const { id, names } = await make(request, 'Conflict')
  const other = await context.newPage()
  await open(page, id)
  await open(other, id)
  await cut(page)
  await rename(page, 'sena', 'Mine')
  await rename(page, 'rune', 'Only mine')
  await expect(page.getByText('No connection: 2 edits kept here')).toBeVisible()
  await rename(other, 'sena', 'Theirs')
  await rename(other, 'lubit', 'Only theirs')
  await saved(other)
  await page.unroute(OPERATIONS)
  const dialog = page.getByRole('dialog', { name: 'Changed twice' })
  await expect(dialog).toContainText('Mine')
  await expect(dialog).toContainText('Theirs')
  if (process.env.HEDDLE_SHOTS) for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    await page.screenshot({ path: `${process.env.HEDDLE_SHOTS}/conflict-${scheme}.png` })
  }
  if (process.env.HEDDLE_SHOTS) {
    await page.emulateMedia({ colorScheme: 'light' })
    await context.addCookies([{ name: 'heddle-locale', value: 'ko', url: page.url() }])
    await page.reload()
    await expect(page.getByRole('dialog')).toContainText('내 것')
    await page.screenshot({ path: `${process.env.HEDDLE_SHOTS}/conflict-ko.png` })
    await page.setViewportSize({ width: 390, height: 844 })
    await page.screenshot({ path: `${process.env.HEDDLE_SHOTS}/conflict-ko-390.png` })
    await page.setViewportSize({ width: 1440, height: 900 })
    await context.addCookies([{ name: 'heddle-locale', value: 'en', url: page.url() }])
    await page.reload()
    await expect(dialog).toContainText('Mine')
  }
  await dialog.getByRole('button', { name: 'Decide later' }).click()
  await page.getByRole('button', { name: '1 conflict to decide' }).click()
  await dialog.getByRole('button', { name: /^Take yours/ }).click()
  await expect(dialog).toHaveCount(0)
  await expect(node(other, 'sena')).toContainText('Mine')
  await expect.poll(names).toMatchObject({ sena: 'Mine', rune: 'Only mine', lubit: 'Only theirs' })
})
