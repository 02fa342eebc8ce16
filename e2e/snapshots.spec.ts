import { expect, test } from '@playwright/test'
import { finishedRun, readRun } from './steps'

const shots = process.env.HEDDLE_SHOTS

for (const language of ['en', 'ko'] as const) {
  test(`moments of a run are kept by name, compared, and gone on from in a new run (${language})`, async ({ page, request, context, baseURL }) => {
    await context.addCookies([{ name: 'heddle-locale', value: language, url: baseURL! }])
    await page.emulateMedia({ colorScheme: language === 'en' ? 'light' : 'dark' })
    const run = await finishedRun(request)
    const kept = (await (await request.post(`/api/runs/${run}/snapshots`, { data: { name: 'Before the code', seq: 5 } })).json()) as { id: string; seq: number }
    const events = (await (await request.get(`/api/runs/${run}/events`)).text()).trim().split('\n').map((line) => JSON.parse(line) as { type: string; snapshotId?: string })
    expect(events.at(-1)).toMatchObject({ type: 'snapshot.saved', snapshotId: kept.id })
    expect(await (await request.get(`/api/snapshots/${kept.id}`)).json()).toMatchObject({ rebuilt: false, seq: 5 })

    await page.goto(`/runs/${run}`)
    await page.getByRole('button', { name: language === 'en' ? 'Snapshots' : '스냅샷' }).click()
    const row = page.getByRole('listitem').filter({ hasText: 'Before the code' })
    await row.getByRole('checkbox').check()
    await page.getByRole('listitem').filter({ has: page.getByRole('checkbox') }).last().getByRole('checkbox').check()
    await expect(page.getByRole('region', { name: /Before the code →/ })).toContainText(/\S/)
    if (shots) await page.screenshot({ path: `${shots}/snapshots-${language}.png` })
    await row.getByRole('button', { name: language === 'en' ? 'Go on from Before the code in a new run' : 'Before the code부터 새 실행으로 이어가기' }).click()
    await page.waitForURL((url) => url.pathname.startsWith('/runs/run_') && !url.pathname.endsWith(run))
    const next = new URL(page.url()).pathname.split('/').pop()!
    expect((await readRun(request, next)).parentRunId).toBe(run)
  })
}

test('when runs are kept is set by workflow, and the next run goes by it', async ({ page, request }) => {
  const run = await finishedRun(request)
  const { workflowId } = (await (await request.get(`/api/runs/${run}`)).json()) as { workflowId: string }
  await page.goto(`/runs/${run}`)
  await page.getByRole('button', { name: 'Snapshots' }).click()
  await page.getByRole('combobox', { name: 'Runs of this workflow are kept' }).click()
  await page.getByRole('option', { name: 'after every so many steps' }).click()
  const steps = page.getByRole('spinbutton', { name: 'Steps between snapshots' })
  await steps.fill('2')
  await steps.press('Enter')
  await expect.poll(async () => (await request.get(`/api/workflows/${workflowId}/snapshots`)).json()).toMatchObject({ mode: 'every-n', steps: 2 })
  const { id } = (await (await request.post(`/api/workflows/${workflowId}/runs`, { data: { input: { request: 'x' }, version: 'draft' } })).json()) as { id: string }
  await expect.poll(async () => (await readRun(request, id)).status, { timeout: 40_000 }).toBe('completed')
  const count = async (of: string) => ((await (await request.get(`/api/runs/${of}/snapshots`)).json()) as { items: unknown[] }).items.length
  expect(await count(id)).toBeLessThan(await count(run))
  await request.put(`/api/workflows/${workflowId}/snapshots`, { data: { mode: 'every-step' } })
})
