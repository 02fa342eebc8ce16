import { expect, test } from '@playwright/test'
import { finishedRun, makeWorkflow, readRun, runNode, templateGraph } from './steps'

test('the four agents: states, texts and figures appear on the canvas as they happen', async ({ page, request }) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Use template: Four agents' }).click()
  await page.waitForURL(/\/workflows\/wf_/)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByRole('textbox', { name: 'request' }).fill('Add a dark mode')
  await page.getByRole('button', { name: 'Start run' }).click()
  await page.waitForURL(/\/runs\/run_/)
  await expect(runNode(page, 'sena')).toHaveAttribute('data-status', 'running')
  await expect(runNode(page, 'lubit')).toHaveAttribute('data-status', 'pending')
  await expect(runNode(page, 'rune')).toHaveAttribute('data-status', 'completed', { timeout: 40_000 })
  await expect(runNode(page, 'lubit')).toContainText(/\d+ tok/)
  await expect(runNode(page, 'lubit')).toContainText(/\d+ cached/)
  await expect(runNode(page, 'lubit')).toContainText('(simulated)')
  await page.locator('.react-flow__node[data-id="lubit"]').click()
  const panel = page.getByRole('complementary', { name: 'Selected step' })
  await expect(panel.getByRole('group', { name: 'Output' })).toContainText('"text"')
  await panel.getByRole('tab', { name: 'Input' }).click()
  await expect(panel.getByRole('group', { name: 'Input' })).toContainText('You are Lubit')
  await panel.getByRole('tab', { name: 'Route' }).click()
  await expect(panel).toContainText('Prompt tokens')
  await panel.getByRole('tab', { name: 'Attempts' }).click()
  await expect(panel).toContainText('Attempt 1')
  const id = page.url().split('/').pop()!.split('?')[0]!
  expect((await readRun(request, id)).status).toBe('completed')
})

test('agents that do not depend on each other stream at the same time', async ({ page, request }) => {
  const { graph, exampleInput } = await templateGraph(request, 'text-processing')
  const workflow = await makeWorkflow(request, 'Side by side', graph)
  const { id } = (await (await request.post(`/api/workflows/${workflow}/runs`, { data: { input: exampleInput } })).json()) as { id: string }
  await page.goto(`/runs/${id}`)
  for (const node of ['topics', 'tone', 'summary']) await expect(runNode(page, node)).toHaveAttribute('data-status', /running|completed/)
  await expect.poll(async () => (await readRun(request, id)).status, { timeout: 30_000 }).toBe('completed')
  const lines = (await (await request.get(`/api/runs/${id}/events`)).text()).trim().split('\n').map((line) => JSON.parse(line) as { type: string; nodeId?: string })
  const at = (type: string, nodeId: string) => lines.findIndex((line) => line.type === type && line.nodeId === nodeId)
  expect(at('step.started', 'summary')).toBeLessThan(at('step.completed', 'topics'))
})

test('an approval waits for a person, and goes on when answered', async ({ page, request }) => {
  const { graph, exampleInput } = await templateGraph(request, 'approval')
  const workflow = await makeWorkflow(request, 'Ask me', graph)
  const { id } = (await (await request.post(`/api/workflows/${workflow}/runs`, { data: { input: exampleInput } })).json()) as { id: string }
  await page.goto(`/runs/${id}`)
  await expect(page.getByRole('heading', { name: 'Review waits for you' })).toBeVisible({ timeout: 30_000 })
  await expect(runNode(page, 'review')).toHaveAttribute('data-status', 'waiting')
  // On a phone too the question and its answers are all there.
  await page.setViewportSize({ width: 390, height: 844 })
  const approve = page.getByRole('button', { name: 'Approve' })
  await approve.scrollIntoViewIfNeeded()
  await expect(approve).toBeInViewport({ ratio: 1 })
  await page.getByLabel('Comment (optional)').fill('Make it shorter')
  await approve.click()
  await expect(runNode(page, 'polish')).toHaveAttribute('data-status', 'completed', { timeout: 30_000 })
  await expect(runNode(page, 'rejected')).toHaveAttribute('data-status', 'skipped')
  expect((await readRun(request, id)).steps.review?.output).toMatchObject({ decision: 'approve', comment: 'Make it shorter' })
  // An answer that comes twice is refused.
  expect((await request.post(`/api/runs/${id}/approvals/review`, { data: { decision: 'reject' } })).status()).toBe(409)
})

test('an approval in a map can be answered while others work, and says until when it waits', async ({ page, request }) => {
  const node = (id: string, type: string, x: number, config: object = {}) => ({ id, type, name: id, position: { x, y: 0 }, config })
  const body = { nodes: [node('item', 'input', 0), node('ask', 'approval', 300, { prompt: 'Is {{ input }} right?', timeoutMs: 3_600_000, onTimeout: 'reject' })], edges: [{ id: 'e', source: 'item', target: 'ask' }] }
  const graph = {
    nodes: [node('in', 'input', 0), node('each', 'map', 300, { items: 'input', body }), node('other', 'approval', 600, { prompt: 'And this?' })],
    edges: [{ id: 'a', source: 'in', target: 'each' }, { id: 'b', source: 'in', target: 'other' }],
  }
  const workflow = await makeWorkflow(request, 'Ask for each', graph)
  const { id } = (await (await request.post(`/api/workflows/${workflow}/runs`, { data: { input: ['one', 'two'] } })).json()) as { id: string }
  await page.goto(`/runs/${id}`)
  const card = page.getByRole('region', { name: /ask waits for you each\[1\]\.ask/ })
  await expect(card).toContainText('Is two right?')
  await expect(card).toContainText('After that it counts as rejected.')
  await card.getByRole('button', { name: 'Approve' }).click()
  await expect(card).toBeHidden()
  await expect(page.getByRole('heading', { name: /waits for you/ })).toHaveCount(2)
  expect((await readRun(request, id)).steps['each[1].ask']?.output).toMatchObject({ decision: 'approve' })
  expect((await request.post(`/api/runs/${id}/cancel`)).ok()).toBe(true)
})

test('a finished run is replayed: drag, step, play, and the address carries the moment', async ({ page, request }) => {
  const id = await finishedRun(request)
  await page.goto(`/runs/${id}`)
  await expect(runNode(page, 'result')).toHaveAttribute('data-status', 'completed')
  // A lane per node, under the playhead.
  await expect(page.getByRole('region', { name: 'Time line' }).getByRole('button', { name: 'Lubit · gatekeeper' })).toBeVisible()
  const playhead = page.getByRole('slider', { name: 'Playhead' })
  const box = (await playhead.boundingBox())!
  await page.mouse.move(box.x + box.width - 4, box.y + 10)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.3, box.y + 10, { steps: 6 })
  await page.mouse.up()
  await expect(runNode(page, 'rune')).toHaveAttribute('data-status', 'pending')
  const seq = Number(await playhead.getAttribute('aria-valuenow'))
  // The address follows once the playhead rests.
  await expect(page).toHaveURL(new RegExp(`[?]at=${seq}(&after=\\d+)?$`))
  const address = page.url()

  // The moment is exact: what is shown equals the log folded to this event.
  const events = (await (await request.get(`/api/runs/${id}/events`)).text()).trim().split('\n').map((line) => JSON.parse(line) as { seq: number; type: string; nodeId?: string; text?: string })
  const past = events.filter((event) => event.seq <= seq)
  for (const node of ['sena', 'lubit', 'gitcode', 'rune']) {
    const done = past.some((event) => event.type === 'step.completed' && event.nodeId === node)
    const begun = past.some((event) => event.type === 'step.started' && event.nodeId === node)
    await expect(runNode(page, node)).toHaveAttribute('data-status', done ? 'completed' : begun ? 'running' : 'pending')
  }
  await page.locator('.react-flow__node[data-id="lubit"]').click()
  await page.getByRole('tab', { name: 'Text' }).click()
  const text = past.filter((event) => event.type === 'step.output' && event.nodeId === 'lubit').map((event) => event.text).join('')
  if (text !== '') await expect(page.getByRole('group', { name: 'Text' })).toHaveText(text)

  await playhead.focus()
  await page.keyboard.press('ArrowRight')
  await expect(playhead).toHaveAttribute('aria-valuenow', String(seq + 1))
  await page.keyboard.press('Home')
  await expect(runNode(page, 'sena')).toHaveAttribute('data-status', 'pending')
  await page.getByLabel('Speed').selectOption('16')
  await page.getByRole('button', { name: 'Play' }).click()
  await expect(runNode(page, 'result')).toHaveAttribute('data-status', 'completed')

  // A colleague who opens the address sees the same moment.
  await page.goto(address)
  await expect(playhead).toHaveAttribute('aria-valuenow', String(seq))
})

test('a fork with an edited prompt takes over what was before, and says from where', async ({ page, request }) => {
  const parent = await finishedRun(request)
  await page.goto(`/runs/${parent}`)
  await page.locator('.react-flow__node[data-id="gitcode"]').click()
  await page.getByRole('button', { name: 'Fork here' }).click()
  await page.getByRole('dialog').getByLabel('Prompt').fill('Answer with one word. {{ input.request }}')
  await page.getByRole('button', { name: 'Start fork' }).click()
  await page.waitForURL((url) => url.pathname.startsWith('/runs/') && !url.pathname.endsWith(parent))
  const id = page.url().split('/').pop()!.split('?')[0]!
  await expect(runNode(page, 'sena')).toContainText('Reused')
  await expect(page.getByRole('link', { name: 'Fork at gitcode' })).toHaveAttribute('href', `/runs/${parent}`)
  await expect(runNode(page, 'result')).toHaveAttribute('data-status', 'completed', { timeout: 40_000 })
  const [before, after] = [await readRun(request, parent), await readRun(request, id)]
  expect(after.parentRunId).toBe(parent)
  expect(after.steps.lubit).toMatchObject({ reusedFrom: parent, output: before.steps.lubit?.output })
  expect(after.steps.gitcode?.reusedFrom).toBeUndefined()
  expect(after.steps.gitcode?.output).not.toEqual(before.steps.gitcode?.output)

  await page.getByRole('link', { name: 'Compare with parent' }).click()
  await expect(page.getByRole('heading', { name: 'GitCode · executor' })).toBeVisible()
  await expect(page.getByText('settings differ')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Sena · analyst' })).toHaveCount(0)
  await page.getByRole('checkbox', { name: 'Only what differs' }).click()
  await expect(page.getByRole('heading', { name: 'Sena · analyst' })).toBeVisible()
})

test('a fork with a given output does not run its node', async ({ page, request }) => {
  const parent = await finishedRun(request)
  await page.goto(`/runs/${parent}`)
  await page.locator('.react-flow__node[data-id="lubit"]').click()
  await page.getByRole('button', { name: 'Fork here' }).click()
  await page.getByRole('radio', { name: 'Its output' }).click()
  await page.getByLabel('Output as JSON').fill('{"text": ')
  await page.getByRole('button', { name: 'Start fork' }).click()
  await expect(page.getByText('This is not JSON.')).toBeVisible()
  await page.getByLabel('Output as JSON').fill('{"text": "Go on, but keep it small."}')
  await page.getByRole('button', { name: 'Start fork' }).click()
  await page.waitForURL((url) => url.pathname.startsWith('/runs/') && !url.pathname.endsWith(parent))
  await expect(runNode(page, 'result')).toHaveAttribute('data-status', 'completed', { timeout: 40_000 })
  const { steps } = await readRun(request, page.url().split('/').pop()!.split('?')[0]!)
  expect(steps.lubit).toMatchObject({ output: { text: 'Go on, but keep it small.' }, usage: null })
})
test('an output of a mebibyte is not sent with the run, and is shown whole when asked for', async ({ page, request }) => {
  const node = (id: string, type: string, x: number, config: object = {}) => ({ id, type, name: id, position: { x, y: 0 }, config })
  const workflow = await makeWorkflow(request, 'Large', {
    nodes: [node('given', 'input', 0), node('large', 'transform', 300, { expression: '{"body": input.body, "end": "the very end"}' })], edges: [{ id: 'e', source: 'given', target: 'large' }],
  })
  const body = 'lorem ipsum '.repeat(80_000)
  const { id } = (await (await request.post(`/api/workflows/${workflow}/runs`, { data: { input: { body } } })).json()) as { id: string }
  await expect.poll(async () => (await readRun(request, id)).status, { timeout: 30_000 }).toBe('completed')
  expect((await readRun(request, id)).steps.large?.output).toEqual({ body, end: 'the very end' })

  let sent = 0
  const values: string[] = []
  page.on('response', (response) => {
    if (response.url().includes(`/api/runs/${id}/values/`)) values.push(response.url())
    else if (response.url().includes(`/api/runs/${id}`)) void response.body().then((bytes) => (sent += bytes.length), () => undefined)
  })
  await page.goto(`/runs/${id}`)
  await expect(runNode(page, 'large')).toContainText('lorem ipsum')
  await page.locator('.react-flow__node[data-id="large"]').click()
  const output = page.getByRole('complementary', { name: 'Selected step' }).getByRole('group', { name: 'Output' })
  await expect(output).not.toContainText('the very end')
  expect(values).toEqual([])
  expect(sent).toBeLessThan(100_000)
  await output.getByRole('button', { name: /show whole/ }).click()
  await expect(output).toContainText('the very end')
  expect(values).toHaveLength(1)

  // Who edits the output has asked for it.
  await page.getByRole('button', { name: 'Fork here' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: 'Its output' }).click()
  await expect(dialog.getByLabel('Output as JSON')).toHaveValue(/the very end/)
})
