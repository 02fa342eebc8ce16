import { spawnSync } from 'node:child_process'
import { expect, test } from '@playwright/test'
import { makeWorkflow, settledCanvas, templateGraph } from './steps'

test('a workflow is brought from another builder with a report, and shown to others without a way to change it', async ({ page, request }) => {
  await page.goto('/workflows')
  await page.getByRole('button', { name: 'Import…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Import a workflow' })
  await dialog.getByRole('textbox').fill('name: x\n  y: [1\n')
  await expect(dialog.getByRole('alert')).toContainText('not valid YAML: line')
  // What breaks off, and what is something else: said, and nothing can be made of it.
  for (const [text, said] of [['{"nodes": [', 'not valid JSON: line 1'], ['{"a": 1}', 'No workflow is in this text']] as const) {
    await dialog.getByRole('textbox').fill(text)
    await expect(dialog.getByRole('alert')).toContainText(said)
    await expect(dialog.getByRole('button', { name: 'Import', exact: true })).toBeDisabled()
  }
  const nodes = [
    { name: 'When asked', type: '@n8n/n8n-nodes-langchain.chatTrigger', position: [0, 0], parameters: {} },
    { name: 'Writer', type: '@n8n/n8n-nodes-langchain.chainLlm', position: [220, 0], parameters: { promptType: 'define', text: '=Write about {{ $json.chatInput }}' } },
    { name: 'Tell Slack', type: 'n8n-nodes-base.slack', position: [440, 0], parameters: { channel: '#mail' } },
  ]
  const connections = { 'When asked': { main: [[{ node: 'Writer', type: 'main', index: 0 }]] }, Writer: { main: [[{ node: 'Tell Slack', type: 'main', index: 0 }]] } }
  await dialog.locator('input[type=file]').setInputFiles({ name: 'mail.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify({ name: 'Mail from n8n', nodes, connections })) })
  await expect(dialog.getByRole('region', { name: 'What does not come along as it was' })).toContainText('Nothing here does the work of n8n-nodes-base.slack')
  await dialog.getByRole('button', { name: 'Import', exact: true }).click()
  await page.waitForURL(/\/workflows\/wf_/)
  await expect(page.locator('.react-flow__node[data-id="writer"]')).toBeVisible()
  // A note may frame what it is about: the edges within it are seen.
  await expect(page.locator('.react-flow__node[data-id="note"]')).toHaveCSS('z-index', '-1')

  // What the import left to do stays at its node until somebody has done it; that, too, can be undone.
  const slack = page.locator('.react-flow__node[data-id="tellSlack"]')
  await expect(slack).toContainText('left to do')
  await page.getByRole('button', { name: '1 to do' }).click()
  await page.getByRole('button', { name: /^Tell Slack: Nothing here does the work of n8n-nodes-base.slack/ }).click()
  if (process.env.HEDDLE_SHOTS) await page.screenshot({ path: `${process.env.HEDDLE_SHOTS}/todo.png` })
  await page.getByRole('button', { name: 'Done: take number 1 off the list' }).click()
  await expect(slack).not.toContainText('left to do')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(slack).toContainText('left to do')

  await page.getByRole('button', { name: 'Share' }).click()
  await page.getByRole('menuitem', { name: 'Export…' }).click()
  const text = page.getByRole('region', { name: 'Text of the workflow' })
  await page.getByRole('radio', { name: 'YAML' }).click()
  await expect(text).toContainText('heddle: 1\nname: Mail from n8n')
  await page.keyboard.press('Escape')

  await page.goto(`/workflows/${await makeWorkflow(request, 'From outside', { nodes: [{ id: 'in', type: 'input', name: 'In', position: { x: 0, y: 0 }, config: {} }, { id: 'out', type: 'output', name: 'Out', position: { x: 300, y: 0 }, config: { value: '"said to the program"' } }], edges: [{ id: 'e', source: 'in', target: 'out' }] })}`)
  await page.getByRole('button', { name: 'Share' }).click()
  await page.getByRole('menuitem', { name: 'Run from a program…' }).click()
  await page.getByRole('radio', { name: 'TypeScript' }).click()
  const program = await page.getByRole('region', { name: 'Program in TypeScript' }).innerText()
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module-typescript', '-'], { input: program, encoding: 'utf8' })
  expect(stdout.trim(), stderr).toBe('"said to the program"')

  const { graph } = await templateGraph(request, 'plan-fan-out')
  const id = await makeWorkflow(request, 'Shown', graph)
  await request.post(`/api/workflows/${id}/publish`, { data: { note: '' } })
  await page.goto(`/workflows/${id}/view`)
  // A link that is handed on names what it shows.
  await page.waitForURL(/\/view\?version=1$/)
  await settledCanvas(page)
  await expect(page.getByRole('heading', { level: 1, name: 'Shown' })).toBeVisible()
  await page.locator('.react-flow__node[data-id="reduce"]').click()
  await expect(page.getByRole('complementary', { name: 'Settings of the node' })).toContainText('You write short reports.')
  await expect.poll(async () => (await page.locator('.react-flow__node[data-id="reduce"]').boundingBox())!.x + (await page.locator('.react-flow__node[data-id="reduce"]').boundingBox())!.width).toBeLessThan((await page.getByRole('complementary', { name: 'Settings of the node' }).boundingBox())!.x)
  await expect(page.locator('main').locator('input, textarea, [contenteditable=true]')).toHaveCount(0)
  for (const key of ['Delete', 'Backspace', 'n', 'd', 't', 'l', 'Control+d', 'Control+g', 'Control+v', 'ArrowRight']) await page.keyboard.press(key)
  await page.locator('.react-flow__node[data-id="answer"]').click()
  await page.getByRole('button', { name: 'Open the body' }).click()
  await expect(page.locator('.react-flow__node[data-id="research"]')).toBeVisible()
  await page.goto(`/workflows/${id}/view?version=99`)
  await page.getByRole('link', { name: 'Show the newest' }).click()
  await expect(page.locator('.react-flow__node[data-id="reduce"]')).toBeVisible()
  const after = (await (await request.get(`/api/workflows/${id}`)).json()) as { revision: number; graph: unknown }
  expect([after.revision, after.graph]).toEqual([1, graph])
})
