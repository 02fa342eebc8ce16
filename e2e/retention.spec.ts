import { rmSync } from 'node:fs'
import { expect, test, type APIRequestContext } from '@playwright/test'
import { newDataDir, startHeddle, type HeddleProcess } from './heddle-process'
import { ports } from './ports'
import { finishedRun, makeWorkflow } from './steps'

/** A server of its own: what is deleted here, other journeys need. */
let heddle: HeddleProcess
let api: APIRequestContext
test.beforeAll(async ({ playwright }) => {
  heddle = await startHeddle({ port: ports.own, dataDir: newDataDir() })
  api = await playwright.request.newContext({ baseURL: heddle.url })
})
test.afterAll(async () => {
  await api.dispose()
  await heddle.kill('SIGTERM')
  rmSync(heddle.dataDir, { recursive: true, force: true })
})

test('bounds show what they would delete, delete it once switched on, and never a run that goes on', async ({ page }) => {
  const runs = [await finishedRun(api), await finishedRun(api), await finishedRun(api)]
  const waits = await makeWorkflow(api, 'Waits', { nodes: [{ id: 'a', type: 'approval', name: 'A', position: { x: 0, y: 0 }, config: { prompt: 'Go on?' } }], edges: [] })
  const { id: waiting } = (await (await api.post(`/api/workflows/${waits}/runs`, { data: { input: {} } })).json()) as { id: string }
  const left = async () => ((await (await api.get('/api/runs')).json()) as { items: { id: string }[] }).items.map((run) => run.id).sort()

  await page.goto(`${heddle.url}/settings`)
  const save = page.locator('form').filter({ has: page.getByLabel('Finished runs kept, the newest') }).getByRole('button', { name: 'Save', exact: true })
  await page.getByLabel('Finished runs kept, the newest').fill('0')
  await expect(page.getByText('Enter a whole number of 1 or more, or leave it empty.')).toBeVisible()
  await page.getByLabel('Finished runs kept, the newest').fill('1')
  await expect(page.getByText('What would be deleted if this were on')).toBeVisible()
  await expect(page.getByText(/2 runs that ended between/)).toBeVisible()
  await save.click()
  await expect(page.getByText('Nothing is deleted while it is off.')).toBeVisible()
  expect(await left()).toEqual([...runs, waiting].sort())

  await page.getByRole('switch', { name: 'Delete what is beyond the bounds' }).click()
  await save.click()
  const dialog = page.getByRole('alertdialog')
  await expect(dialog).toContainText('2 runs that ended between')
  await dialog.getByRole('button', { name: 'Save and delete' }).click()
  await expect.poll(left).toEqual([runs[2]!, waiting].sort())
  expect((await api.get(`/api/runs/${runs[0]}`)).status()).toBe(404)

  // It holds after a reload, and was told of.
  await page.reload()
  await expect(page.getByLabel('Finished runs kept, the newest')).toHaveValue('1')
  await expect(page.getByText(/No run\. 1 finished runs stay, about/)).toBeVisible()
  await page.goto(`${heddle.url}/logs?search=no+longer+kept`)
  await expect(page.getByRole('region', { name: 'Log lines' }).getByText('Deleted 2 runs')).toBeVisible()
})
