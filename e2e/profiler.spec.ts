import { expect, test } from '@playwright/test'
import { expectAccessible } from './accessible'

test('what the server is at, and where its time goes: recorded on demand, one at a time', async ({ page, request }) => {
  await page.goto('/settings')
  await page.getByRole('link', { name: 'Figures and profiler' }).click()
  await expect(page.getByRole('heading', { name: 'This server' })).toBeVisible()
  await expect(page.getByText(/^\d+ cores?; this process takes/)).toBeVisible()
  await expect(page.getByText('Delay of the event loop, p99')).toBeVisible()

  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Recording…' })).toBeVisible()
  const second = await request.post('/api/server/profile', { data: { kind: 'heap', durationMs: 500 } })
  expect(second.status()).toBe(409)
  expect(await second.json()).toMatchObject({ code: 'PROFILE_RUNNING' })
  const flame = page.getByRole('group', { name: 'Flame graph' })
  await expect(flame.getByRole('button', { name: /^everything/ })).toBeVisible({ timeout: 30_000 })
  await expect(page.getByText(/the main thread was busy \d/)).toBeVisible()
  const hottest = page.getByRole('table', { name: 'Hottest functions' })
  await expect(hottest).toContainText(/(server|domain|wire|dist|node_modules)\/[\w/.-]+:\d+|node:/)
  await flame.getByRole('button').nth(1).click()
  await expect(flame.getByRole('button', { pressed: true })).toHaveCount(1)
  await expectAccessible(page)
  await page.screenshot({ path: 'test-results/profiler.png', fullPage: true })

  await page.getByRole('radio', { name: 'Allocations' }).click()
  await page.getByRole('combobox', { name: 'For' }).click()
  await page.getByRole('option', { name: '1 s' }).click()
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await expect(page.getByText(/were allocated/)).toBeVisible({ timeout: 30_000 })
})

test('a recording is bounded, and its answer to nonsense is no fault', async ({ request }) => {
  for (const data of [{ kind: 'cpu', durationMs: 3_600_000 }, { kind: 'disk', durationMs: 1_000 }, {}]) expect((await request.post('/api/server/profile', { data })).status()).toBe(422)
})

test('on a phone, in the dark and in Korean it fits', async ({ page, context, baseURL }) => {
  await context.addCookies([{ name: 'heddle-locale', value: 'ko', url: baseURL! }])
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/settings/server')
  await page.getByRole('button', { name: '기록', exact: true }).click()
  await expect(page.getByRole('table', { name: '가장 많이 쓰는 함수' })).toBeVisible({ timeout: 30_000 })
  const { scrollWidth, innerWidth } = await page.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth, innerWidth: window.innerWidth }))
  expect(scrollWidth).toBeLessThanOrEqual(innerWidth)
  await expectAccessible(page)
  await page.screenshot({ path: 'test-results/profiler-phone.png', fullPage: true })
})
