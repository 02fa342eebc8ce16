import { rmSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { newDataDir, startHeddle } from './heddle-process'
import { ports } from './ports'
import { makeWorkflow, readRun, runNode } from './steps'

const at = (id: string, type: string, name: string, place: number, config: object = {}) => ({ id, type, name, position: { x: (place % 3) * 300, y: Math.floor(place / 3) * 150 }, config })
const edge = (source: string, target: string, sourceHandle?: string) => ({ id: `${source}-${target}`, source, target, ...(sourceHandle && { sourceHandle }) })

/** One branch says something when a person lets it; another waits to be told, and remembers it. */
const talk = {
  nodes: [
    at('in', 'input', 'Input', 0), at('gate', 'approval', 'Gate', 1, { prompt: 'Say it?' }), at('say', 'message', 'Say', 2, { to: 'hear', payload: '{{ input.word }}' }),
    at('hear', 'message', 'Hear', 4, { mode: 'receive', waitMs: 600_000 }),
    at('keep', 'transform', 'Keep', 5, { expression: 'steps.hear.output.payload', remember: [{ key: 'word' }] }),
    at('out', 'output', 'Output', 8, { value: '{{ memory.word }}!' }),
  ],
  edges: [edge('in', 'gate'), edge('gate', 'say', 'approved'), edge('in', 'hear'), edge('hear', 'keep'), edge('keep', 'out')],
}

test('draw two ends of a message with the keyboard, and see it received', async ({ page, request }) => {
  const workflow = await makeWorkflow(request, 'Talk', { nodes: [at('input', 'input', 'Input', 0)], edges: [] })
  await page.goto(`/workflows/${workflow}`)
  const search = page.getByRole('searchbox', { name: 'Search nodes' })
  const choose = async (label: string, option: string) => {
    await page.getByRole('combobox', { name: label }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('option', { name: option }).focus()
    await page.keyboard.press('Enter')
  }
  await page.locator('.react-flow__node[data-id="input"]').click()
  await search.fill('message')
  await page.keyboard.press('Enter')
  const form = page.getByRole('form', { name: 'Settings of Message' })
  await expect(form.getByText('None receives yet')).toBeVisible()
  await choose('Does', 'Receive')
  await expect(form.getByText('waits for a message that no node sends to it')).toBeVisible()
  await page.locator('.react-flow__node[data-id="input"]').click()
  await search.fill('message')
  await page.keyboard.press('Enter')
  await choose('To', 'Message')
  await page.getByRole('textbox', { name: 'Message' }).fill('input.word')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByRole('textbox', { name: 'Input (JSON)' }).fill('{"word": "안녕"}')
  await page.getByRole('button', { name: 'Start run' }).click()
  await page.waitForURL(/\/runs\/run_/)
  await expect(runNode(page, 'message')).toHaveAttribute('data-status', 'completed')
  await page.locator('.react-flow__node[data-id="message"]').click()
  await expect(page.getByRole('complementary', { name: 'Selected step' }).getByRole('group', { name: 'Output' })).toContainText('"payload": "안녕"')
})

test('the run page shows what was said and remembered, at every moment', async ({ page, request }) => {
  const workflow = await makeWorkflow(request, 'Talk', talk)
  const { id } = (await (await request.post(`/api/workflows/${workflow}/runs`, { data: { input: { word: 'loom' } } })).json()) as { id: string }
  await page.goto(`/runs/${id}`)
  await expect(runNode(page, 'hear')).toHaveAttribute('data-status', 'running')
  const panel = page.getByRole('complementary', { name: 'Run' })
  await panel.getByRole('tab', { name: 'Messages' }).click()
  await expect(panel.getByText('No messages at this moment.')).toBeVisible()
  await page.getByRole('button', { name: 'Approve' }).click()
  const messages = panel.getByRole('list', { name: 'Messages of the run' })
  await expect(messages.getByText(/^Received after/)).toBeVisible()
  await expect(messages.getByRole('group', { name: 'Message of say' })).toHaveText('loom')
  await panel.getByRole('tab', { name: 'Memory' }).click()
  await expect(panel.getByRole('list', { name: 'Values of the memory' })).toContainText('version 1')
  await expect(panel.getByRole('region', { name: 'Who read and wrote' }).getByRole('listitem')).toContainText([/Keep\s*wrote word, version 1/, /Output\s*read word, version 1/])
  // At the first moment nothing was remembered; the value comes back with its event.
  await page.getByRole('slider', { name: 'Playhead' }).focus()
  await page.keyboard.press('Home')
  await expect(panel.getByText('Nothing is remembered at this moment.')).toBeVisible()
  await page.keyboard.press('End')
  await expect(panel.getByRole('group', { name: 'Value of word' })).toHaveText('loom')
  await panel.getByRole('button', { name: 'Keep' }).first().click()
  await expect(page.getByRole('complementary', { name: 'Selected step' }).getByRole('heading', { name: 'Keep' })).toBeVisible()
  expect((await readRun(request, id)).output).toBe('loom!')
})

test('a server killed while a step waits for a message delivers it after its next start', async () => {
  const port = ports.own
  const dataDir = newDataDir()
  let heddle = await startHeddle({ port, dataDir })
  const call = async (path: string, body?: unknown) => {
    const reply = await fetch(heddle.url + path, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
    return reply
  }
  const workflow = (await (await call('/api/workflows', { name: 'Talk', graph: talk })).json()) as { id: string }
  const { id } = (await (await call(`/api/workflows/${workflow.id}/runs`, { input: { word: 'loom' } })).json()) as { id: string }
  const run = async () => (await (await call(`/api/runs/${id}`)).json()) as { status: string; output: unknown; steps: Record<string, { status: string; attempts: number }> }
  await expect.poll(async () => (await run()).steps.hear?.status).toBe('running')
  await heddle.kill('SIGKILL')
  heddle = await startHeddle({ port, dataDir })
  await call(`/api/runs/${id}/approvals/gate`, { decision: 'approve' })
  await expect.poll(async () => (await run()).status).toBe('completed')
  const { output, steps } = await run()
  expect(output).toBe('loom!')
  expect(steps.hear?.attempts).toBe(1)
  const lines = (await (await call(`/api/runs/${id}/events`)).text()).trim().split('\n').map((line) => (JSON.parse(line) as { type: string }).type)
  expect(lines.filter((type) => /^(message|memory)\./.test(type))).toEqual(['message.sent', 'message.received', 'memory.written'])
  await heddle.kill('SIGTERM')
  rmSync(dataDir, { recursive: true, force: true })
})
