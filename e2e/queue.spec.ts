import { expect, test, type APIRequestContext } from '@playwright/test'
import { expectAccessible } from './accessible'
import { makeWorkflow, readRun } from './steps'

const graph = (expression: string) => ({
  nodes: [
    { id: 'in', type: 'input', name: 'Input', position: { x: 0, y: 0 }, config: {} },
    { id: 'work', type: 'transform', name: 'Work', position: { x: 300, y: 0 }, config: { expression } },
  ],
  edges: [{ id: 'e', source: 'in', target: 'work' }],
})

async function start(request: APIRequestContext, workflowId: string, more: object = {}): Promise<string> {
  const reply = await request.post(`/api/workflows/${workflowId}/runs`, { data: { input: { n: 1 }, ...more } })
  expect(reply.status(), await reply.text()).toBe(202)
  return ((await reply.json()) as { id: string }).id
}

test('a paused workflow holds new runs, which say what they wait for, until it is resumed', async ({ page, request }) => {
  const id = await makeWorkflow(request, 'Held back', graph('input.n + 1.0'))
  await page.goto('/workflows')
  await page.getByRole('button', { name: 'Actions for Held back' }).press('Enter')
  await page.getByRole('menuitem', { name: 'Pause new runs' }).press('Enter')
  const row = page.getByRole('row', { name: /Held back/ })
  await expect(row.getByText('Paused', { exact: true })).toBeVisible()

  const run = await start(request, id, { priority: 9 })
  expect(await (await request.get(`/api/runs/${run}`)).json()).toMatchObject({ status: 'queued', priority: 9, queue: { place: 1, waitsFor: 'paused' } })
  await page.goto(`/runs/${run}`)
  await expect(page.getByText('Queued, 1st in line; waits for: its workflow, which is paused')).toBeVisible()
  await expectAccessible(page)
  await page.goto(`/runs?workflowId=${id}`)
  await expect(page.getByRole('row', { name: /Held back/ })).toContainText('1st in line')
  await expect(page.getByRole('row', { name: /Held back/ })).toContainText('priority 9')

  await page.goto(`/workflows/${id}`)
  await expect(page.getByText('Paused', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Resume' }).click()
  await expect(page.getByRole('button', { name: 'Pause', exact: true })).toBeVisible()
  await expect.poll(async () => (await readRun(request, run)).status).toBe('completed')
})

test('a run is started with the priority that is chosen', async ({ page, request }) => {
  const id = await makeWorkflow(request, 'Urgent', graph('input'))
  await page.goto(`/workflows/${id}`)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByRole('combobox', { name: 'Priority' }).click()
  await page.getByRole('option', { name: '10 (highest)' }).click()
  await page.getByRole('button', { name: 'Start run' }).click()
  await page.waitForURL(/\/runs\/run_/)
  await expect(page.getByText('Priority', { exact: true })).toBeVisible()
  expect(await (await request.get(`/api/runs/${page.url().split('/').pop()!}`)).json()).toMatchObject({ priority: 10 })
})

test('failed runs are chosen and tried again together, also on a narrow screen', async ({ page, request }) => {
  const id = await makeWorkflow(request, 'Breaks', graph('input.none.deeper'))
  const runs = [await start(request, id), await start(request, id)]
  for (const run of runs) await expect.poll(async () => (await readRun(request, run)).status).toBe('failed')
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`/runs?workflowId=${id}`)
  await page.getByRole('button', { name: 'Failed runs' }).click()
  await expect(page.getByText('Needs a change', { exact: true }).first()).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('checkbox', { name: 'Select all failed runs shown' }).press('Space')
  await page.getByRole('button', { name: 'Retry 2 runs' }).click()
  await expect(page.getByText('2 runs go on')).toBeVisible()
  const children = async () => ((await (await request.get(`/api/runs?workflowId=${id}`)).json()) as { items: { parentRunId?: string }[] }).items.flatMap(({ parentRunId }) => parentRunId ?? [])
  expect((await children()).sort()).toEqual([...runs].sort())
  // Nothing was chosen on the way: the new runs failed, too, and stand in the list unmarked.
  await expect(page.getByRole('checkbox', { name: /^Select Breaks/ })).toHaveCount(4)
  await expect(page.getByRole('button', { name: 'Retry selected' })).toBeDisabled()
  await page.goto(`/runs/${runs[0]!}`)
  await expect(page.getByText('Another try as it is would fail again')).toBeVisible()
  await page.getByRole('button', { name: 'Retry from failure' }).click()
  await page.waitForURL((url) => url.pathname.startsWith('/runs/run_') && !url.pathname.endsWith(runs[0]!))
  expect(await readRun(request, page.url().split('/').pop()!)).toMatchObject({ parentRunId: runs[0] })
})
