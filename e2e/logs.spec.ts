import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { finishedRun } from './steps'

type Line = { id: number; level: string; category: string; message: string; runId?: string }

test('lines are found, opened, followed to their run, and taken along', async ({ page, request }) => {
  const run = await finishedRun(request)
  await page.goto('/logs')
  const lines = page.getByRole('region', { name: 'Log lines' })
  await expect(lines.getByRole('button', { name: 'Step sena started' }).last()).toBeVisible()

  // Searching stands in the address, marks its hits, and survives a reload.
  await page.keyboard.press('/')
  await page.keyboard.type('SENA START')
  await expect(page).toHaveURL(/search=SENA\+START/)
  await expect(lines.locator('mark').first()).toHaveText('sena start')
  await page.getByLabel('Run id').fill(run)
  await expect(page).toHaveURL(new RegExp(`runId=${run}`))
  await page.reload()
  await expect(page.getByRole('searchbox', { name: 'Search' })).toHaveValue('SENA START')
  await expect(lines.getByRole('listitem')).toHaveCount(1)

  // The line opens by keyboard and leads to its step.
  await page.locator('h1').click()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(lines.getByRole('button', { expanded: true })).toBeFocused()
  await lines.getByRole('link', { name: 'sena', exact: true }).click()
  await page.waitForURL(new RegExp(`/runs/${run}\\?step=sena`))
  await expect(page.getByRole('heading', { name: 'Sena · analyst' })).toBeVisible()

  // What is downloaded is what was filtered.
  await page.goto(`/logs?runId=${run}&level=INFO`)
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download' }).click()
  const saved = readFileSync(await (await download).path(), 'utf8').trim().split('\n').map((text) => JSON.parse(text) as Line)
  expect(saved.length).toBeGreaterThan(5)
  expect(saved.every((line) => line.runId === run)).toBe(true)
  expect(saved.map((line) => line.id)).toEqual(saved.map((line) => line.id).sort((a, b) => a - b))
})

test('levels and categories are counted, and a press on a count shows them', async ({ page, request }) => {
  await finishedRun(request)
  const { byCategory } = (await (await request.get('/api/logs/summary')).json()) as { byCategory: Record<string, number> }
  await page.goto('/logs')
  const tasks = page.getByRole('group', { name: 'Category' }).getByRole('button', { name: 'Task' })
  await expect(tasks).toContainText(String(byCategory.task))
  await tasks.click()
  await expect(page).toHaveURL(/category=task/)
  await expect(tasks).toHaveAttribute('aria-pressed', 'true')
  await page.getByRole('group', { name: 'Lowest level' }).getByRole('button', { name: 'CRITICAL' }).click()
  await expect(page.getByText('No line fits these filters.')).toBeVisible()
  await page.getByRole('button', { name: 'Show every line' }).click()
  await expect(page).toHaveURL(/\/logs\?level=DEBUG$/)
  await expect(page.getByRole('region', { name: 'Log lines' }).getByRole('listitem').first()).toBeVisible()
})

test('a paused tail counts what comes and goes on from there', async ({ page, request }) => {
  await finishedRun(request)
  await page.goto('/logs')
  const lines = page.getByRole('region', { name: 'Log lines' })
  await expect(lines.getByRole('listitem').first()).toBeVisible()
  await page.getByRole('button', { name: 'Pause' }).click()
  const before = await lines.getByRole('listitem').last().textContent()
  const run = await finishedRun(request)
  await expect(page.getByRole('button', { name: /\d+ new lines/ })).toBeVisible()
  expect(await lines.getByRole('listitem').last().textContent()).toBe(before)
  await page.getByRole('button', { name: /new lines/ }).click()
  await expect(lines.getByTitle(`Open run ${run}`).last()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible()
})

test('without the server the page says so, and goes on when it is back', async ({ page }) => {
  await page.route('**/api/logs?*', (route) => route.abort())
  await page.goto('/logs')
  await expect(page.getByText('The server did not answer.')).toBeVisible()
  await page.unroute('**/api/logs?*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('region', { name: 'Log lines' }).getByRole('listitem').first()).toBeVisible()
})

test('every one of the seven categories is written', async ({ request, baseURL }) => {
  await finishedRun(request)
  await request.post('/v1/workflows/w1/messages', { data: { source_agent: 'a', target_agent: 'b', payload: { n: 1 } } })
  expect((await request.get('/api/health', { headers: { origin: 'https://evil.example' } })).status()).toBe(403)
  await expect.poll(async () => {
    const { byCategory } = (await (await request.get('/api/logs/summary')).json()) as { byCategory: Record<string, number> }
    return Object.entries(byCategory).filter(([, count]) => count === 0).map(([category]) => category)
  }).toEqual([])
  const { items } = (await (await request.get('/api/logs?category=security')).json()) as { items: (Line & { data: { origin: string } })[] }
  expect(items.at(-1)).toMatchObject({ level: 'WARNING', data: { origin: 'https://evil.example', path: '/api/health', host: new URL(baseURL!).host } })
})
