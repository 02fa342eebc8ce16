import { expect, type APIRequestContext, type Locator, type Page } from '@playwright/test'

type Json = unknown

/** A workflow through the API, to begin a journey in its middle. */
export async function makeWorkflow(request: APIRequestContext, name: string, graph: Json): Promise<string> {
  const reply = await request.post('/api/workflows', { data: { name, graph } })
  expect(reply.status(), await reply.text()).toBe(201)
  return ((await reply.json()) as { id: string }).id
}

export async function templateGraph(request: APIRequestContext, id: string): Promise<{ graph: { nodes: { id: string; name: string; type: string; config: unknown }[]; edges: unknown[] }; exampleInput: Json }> {
  const { items } = (await (await request.get('/api/templates')).json()) as { items: { id: string; graph: never; exampleInput: Json }[] }
  return items.find((template) => template.id === id)!
}

/** Runs a template to its end, without the browser. */
export async function finishedRun(request: APIRequestContext, template = 'four-agents', input: Json = { request: 'Tidy the changelog' }): Promise<string> {
  const reply = await request.post('/api/workflow', { data: { template, input } })
  expect(reply.status(), await reply.text()).toBe(202)
  const { id } = (await reply.json()) as { id: string }
  await expect.poll(async () => (await readRun(request, id)).status, { timeout: 60_000 }).toBe('completed')
  return id
}

export type RunAnswer = { status: string; parentRunId?: string; output: Json; steps: Record<string, { status: string; output: Json; attempts: number; reusedFrom?: string; usage: { promptTokens: number } | null }> }

export async function readRun(request: APIRequestContext, id: string): Promise<RunAnswer> {
  return (await (await request.get(`/api/runs/${id}`)).json()) as RunAnswer
}

export function runNode(page: Page, id: string): Locator {
  return page.getByTestId(`run-node-${id}`)
}

/** Waits until the canvas has come to rest: a hand waits for that too. */
export async function settledCanvas(page: Page): Promise<void> {
  const node = page.locator('.react-flow__node').first()
  let before = ''
  await expect.poll(async () => {
    const now = JSON.stringify(await node.boundingBox())
    const still = now === before
    before = now
    return still
  }, { intervals: [100] }).toBe(true)
}

/** Draws an edge by hand, from one node's handle to another's. */
export async function drawEdge(page: Page, from: string, to: string, options: { sourceHandle?: string; release?: boolean } = {}): Promise<void> {
  await settledCanvas(page)
  const source = page.locator(`.react-flow__node[data-id="${from}"] .react-flow__handle.source[data-handleid="${options.sourceHandle ?? 'out'}"]`)
  const target = page.locator(`.react-flow__node[data-id="${to}"] .react-flow__handle.target`)
  const a = (await source.boundingBox())!
  const b = (await target.boundingBox())!
  await page.mouse.move(a.x + a.width / 2, a.y + a.height / 2)
  await page.mouse.down()
  await page.mouse.move(b.x - 20, b.y, { steps: 8 })
  await page.mouse.move(b.x + b.width / 2, b.y + b.height / 2, { steps: 4 })
  // A busy browser may have joined the last moves into one that came too early; a hand is never quite still.
  await page.waitForTimeout(100)
  await page.mouse.move(b.x + b.width / 2 + 1, b.y + b.height / 2)
  await page.mouse.move(b.x + b.width / 2, b.y + b.height / 2)
  if (options.release !== false) await page.mouse.up()
}
