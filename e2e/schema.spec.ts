import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { makeWorkflow } from './steps'

type Graph = { nodes: { id: string; config: { responseSchema?: unknown; schema?: unknown } }[] }
const schema = { type: 'object', properties: { verdict: { type: 'string', enum: ['keep', 'drop'], description: 'What to do' }, score: { minimum: 0, type: 'number' }, odd: { anyOf: [{ type: 'string' }, { type: 'null' }] } }, required: ['verdict'], additionalProperties: false }
const graph = {
  nodes: [
    { id: 'input', type: 'input', name: 'INPUT', position: { x: 0, y: 0 }, config: { schema: { type: 'object', properties: { tone: { type: 'string', enum: ['calm', 'loud'], title: 'Tone' } }, required: [] } } },
    { id: 'agent', type: 'agent', name: 'AGENT', position: { x: 320, y: 0 }, config: { prompt: 'Judge {{ input }}', responseSchema: schema } },
  ],
  edges: [{ id: 'e', source: 'input', target: 'agent' }],
}

test('the shape of an answer is edited as a table and as JSON; neither side loses what only the other shows', async ({ page, request, context, baseURL }) => {
  const id = await makeWorkflow(request, 'Shape', graph)
  const saved = async (node: string) => ((await (await request.get(`/api/workflows/${id}`)).json()) as { graph: Graph }).graph.nodes.find((one) => one.id === node)!.config
  await page.goto(`/workflows/${id}`)
  await page.locator('.react-flow__node[data-id="agent"]').click()
  const form = page.getByRole('form', { name: 'Settings of AGENT' })
  await form.getByText('Structured answer and tools').click()
  await expect(form.getByLabel('Name of field 1')).toHaveValue('verdict')
  await expect(form.getByLabel('Choices, one a line')).toHaveValue('keep\ndrop')
  await expect(form.getByText('Also says: minimum')).toBeVisible()
  await expect(form.getByText(/Beyond a table/)).toBeVisible()

  await form.getByLabel('Name of field 2').fill('points')
  await form.getByLabel('points is required').click()
  await form.getByLabel('Description of points').fill('0 to 10')
  const group = form.getByRole('group', { name: 'Answer as JSON (JSON Schema)' })
  await group.getByRole('button', { name: 'Add field' }).click()
  await form.getByLabel('Type of field4').click()
  await page.getByRole('option', { name: 'List' }).click()
  await form.scrollIntoViewIfNeeded()
  await page.screenshot({ path: 'test-results/schema-table.png' })
  const wanted = {
    ...schema, properties: { verdict: schema.properties.verdict, points: { minimum: 0, type: 'number', description: '0 to 10' }, odd: schema.properties.odd, field4: { type: 'array', items: { type: 'string' } } },
    required: ['verdict', 'field4', 'points'],
  }
  await expect.poll(async () => (await saved('agent')).responseSchema).toEqual({ ...wanted, required: ['verdict', 'points', 'field4'] })

  await group.getByRole('radio', { name: 'JSON' }).click()
  const json = form.getByLabel('JSON Schema', { exact: true }).first()
  await expect(json).toContainText('"minimum": 0')
  await json.fill(JSON.stringify({ ...schema, properties: {} }))
  await json.press('ControlOrMeta+a')
  await page.keyboard.insertText(JSON.stringify(schema))
  await group.getByRole('radio', { name: 'Table' }).click()
  await expect(form.getByLabel('Name of field 2')).toHaveValue('score')
  await expect.poll(async () => JSON.stringify((await saved('agent')).responseSchema)).toBe(JSON.stringify(schema))

  // The input is the same editor: a title and choices stay when something else is changed.
  await page.locator('.react-flow__node[data-id="input"]').click()
  await page.getByLabel('tone is required').click()
  await expect.poll(async () => (await saved('input')).schema).toEqual({ ...graph.nodes[0]!.config.schema, required: ['tone'] })

  await context.addCookies([{ name: 'heddle-locale', value: 'ko', url: baseURL! }])
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.reload()
  await page.locator('.react-flow__node[data-id="agent"]').click()
  const details = page.locator('details', { has: page.locator('fieldset') }).first()
  await details.locator('summary').first().click()
  await details.scrollIntoViewIfNeeded()
  await page.screenshot({ path: 'test-results/schema-dark-ko.png' })
  const { violations } = await new AxeBuilder({ page }).include('aside').analyze()
  expect(violations.map(({ id: rule, nodes }) => [rule, nodes.map((one) => one.html.slice(0, 120))])).toEqual([])
})
