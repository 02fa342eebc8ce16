import { expect, test, type Page } from '@playwright/test'
import { drawEdge, makeWorkflow, readRun, templateGraph } from './steps'

test('a DAG from nothing: add, connect, fill, see problems, undo, redo, saved by itself, run', async ({ page, request }) => {
  await page.goto('/')
  await expect(page.getByText('Simulated fleet, 3 instances.')).toBeVisible()
  await page.getByRole('button', { name: 'New workflow' }).click()
  await page.waitForURL(/\/workflows\/wf_/)
  await expect(page.getByText('An empty canvas')).toBeVisible()

  await page.getByRole('button', { name: 'Add Input' }).click()
  await page.getByRole('button', { name: 'Add field' }).click()
  await page.getByLabel('Name of field 1').fill('topic')
  // The code editor comes late: after a text was written into the plain field, and left.
  let come = (): void => undefined
  const late = new Promise<void>((resolve) => (come = resolve))
  await page.route('**/_next/static/chunks/**', async (route) => (await late, route.continue()))
  // With a node selected, the next one hangs on it.
  await page.getByRole('button', { name: 'Add Agent' }).click()
  await expect(page.locator('.react-flow__edge')).toHaveCount(1)
  await expect(page.getByRole('button', { name: '1 problem' })).toBeVisible()
  await page.getByLabel('Prompt *').fill('Write one line about ')
  await page.getByRole('button', { name: 'Insert a value into Prompt' }).click()
  come()
  await expect(page.locator('.cm-content', { hasText: 'Write one line' })).toBeVisible()
  await page.getByRole('menuitem', { name: 'input.topic' }).click()
  await expect(page.getByLabel('Prompt *')).toHaveText('Write one line about {{ input.topic }}')
  await page.getByRole('button', { name: 'Add Output' }).click()
  await expect(page.getByRole('button', { name: 'No problems' })).toBeVisible()
  await expect(page.locator('.react-flow__edge')).toHaveCount(2)

  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.locator('.react-flow__node')).toHaveCount(2)
  await page.getByRole('button', { name: 'Redo' }).click()
  await expect(page.locator('.react-flow__node')).toHaveCount(3)

  await page.getByLabel('Name of the workflow').fill('한 줄 쓰기')
  await page.getByLabel('Name of the workflow').press('Enter')
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
  await page.reload()
  await expect(page.locator('.react-flow__node')).toHaveCount(3)
  await expect(page.getByLabel('Name of the workflow')).toHaveValue('한 줄 쓰기')

  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByRole('button', { name: 'Start run' }).click()
  await expect(page.getByText('Fill this in')).toBeVisible()
  await page.getByLabel('topic').fill('looms')
  await page.getByLabel('topic').press('Control+Enter')
  await page.waitForURL(/\/runs\/run_/)
  const id = page.url().split('/').pop()!.split('?')[0]!
  await expect.poll(async () => (await readRun(request, id)).status, { timeout: 30_000 }).toBe('completed')
})

test('edges are drawn by hand, and what may not be is refused with its reason', async ({ page, request }) => {
  const node = (id: string, type: string, x: number, config: object = {}) => ({ id, type, name: id.toUpperCase(), position: { x, y: 0 }, config })
  const id = await makeWorkflow(request, 'By hand', {
    nodes: [node('a', 'transform', 0, { expression: '1' }), node('b', 'transform', 300, { expression: '2' }), node('c', 'condition', 600, { expression: 'true' }), node('m', 'map', 900, { body: { nodes: [], edges: [] } })],
    edges: [],
  })
  await page.goto(`/workflows/${id}`)
  await expect(page.locator('.react-flow__node')).toHaveCount(4)
  await drawEdge(page, 'a', 'b')
  await expect(page.locator('.react-flow__edge')).toHaveCount(1)
  // The canvas is told where handles lie and does not look: what it is told has to be where they are drawn.
  await expect.poll(() => gapsAtEnds(page, 'a', 'b')).toEqual([0, 0])
  await drawEdge(page, 'b', 'a', { release: false })
  await expect(page.getByRole('alert').filter({ hasText: 'would close a circle' })).toBeVisible()
  await page.mouse.up()
  await expect(page.locator('.react-flow__edge')).toHaveCount(1)
  // A condition gives true or false where the map wants a list: both ends and both types are named.
  await drawEdge(page, 'c', 'm', { sourceHandle: 'true', release: false })
  await expect(page.getByRole('alert').filter({ hasText: '"M" expects list, but "C" gives boolean' })).toBeVisible()
  await page.mouse.up()
  await expect(page.locator('.react-flow__edge')).toHaveCount(1)
  // The settings of what is dragged open when it is let go.
  const box = (await page.locator('.react-flow__node[data-id="c"]').boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + 8)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width / 2 + 40, box.y + 68, { steps: 4 })
  await expect(page.locator('.react-flow__node.selected')).toHaveAttribute('data-id', 'c')
  await expect(page.getByRole('form')).toHaveCount(0)
  await page.mouse.up()
  await expect(page.getByRole('form', { name: 'Settings of C', exact: true })).toBeVisible()
})

test('keyboard alone: find, add, move, copy, delete, undo', async ({ page, request }) => {
  const id = await makeWorkflow(request, 'Keys', { nodes: [], edges: [] })
  await page.goto(`/workflows/${id}`)
  await expect(page.getByText('An empty canvas')).toBeVisible()
  await page.keyboard.press('/')
  await page.keyboard.type('trans')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('form', { name: 'Settings of Transform' })).toBeVisible()
  const node = page.locator('.react-flow__node')
  await node.focus()
  const before = await node.boundingBox()
  await page.keyboard.press('ArrowRight')
  await expect.poll(async () => (await node.boundingBox())!.x).toBeGreaterThan(before!.x)
  await page.keyboard.press('Control+d')
  await expect(node).toHaveCount(2)
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Delete')
  await expect(node).toHaveCount(0)
  await page.keyboard.press('Control+z')
  await expect(node).toHaveCount(2)
})

test('a map opens, and what is drawn inside is part of the workflow', async ({ page, request }) => {
  const { graph } = await templateGraph(request, 'plan-fan-out')
  const id = await makeWorkflow(request, 'Inside', graph)
  await page.goto(`/workflows/${id}`)
  await page.locator('.react-flow__node[data-id="answer"]').click()
  await page.getByRole('button', { name: 'Open the body' }).click()
  await expect(page.locator('.react-flow__node')).toHaveCount(3)
  await page.locator('.react-flow__node[data-id="research"]').click()
  await page.getByRole('form').getByLabel('Name').fill('Look it up')
  await page.getByRole('navigation', { name: 'Levels' }).getByRole('button', { name: 'Inside' }).click()
  await expect(page.locator('.react-flow__node')).toHaveCount(5)
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
  const saved = (await (await request.get(`/api/workflows/${id}`)).text())
  expect(saved).toContain('Look it up')
})

test('arrange puts the nodes in layers, as one step of undo', async ({ page, request }) => {
  const { graph } = await templateGraph(request, 'text-processing')
  const piled = { ...graph, nodes: graph.nodes.map((node) => ({ ...node, position: { x: 0, y: 0 } })) }
  const id = await makeWorkflow(request, 'Piled', piled)
  await page.goto(`/workflows/${id}`)
  await page.getByRole('button', { name: 'Arrange' }).click()
  const places = async () => ((await (await request.get(`/api/workflows/${id}`)).json()) as { graph: { nodes: { position: { x: number; y: number } }[] } }).graph.nodes.map(({ position }) => `${position.x},${position.y}`)
  await expect.poll(async () => new Set(await places()).size).toBe(graph.nodes.length)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(async () => new Set(await places()).size).toBe(1)
})

/** How many pixels of the screen lie between the ends of the one edge and the outer sides of its handles. */
function gapsAtEnds(page: Page, from: string, to: string): Promise<number[]> {
  return page.evaluate(([source, target]) => {
    const path = document.querySelector<SVGPathElement>('.react-flow__edge-path')!
    const gap = (length: number, selector: string, side: 'left' | 'right') => {
      const at = path.getPointAtLength(length).matrixTransform(path.getScreenCTM()!)
      const box = document.querySelector(selector)!.getBoundingClientRect()
      return Math.round(Math.hypot(at.x - box[side], at.y - (box.top + box.height / 2)))
    }
    return [gap(0, `[data-id="${source}"] .react-flow__handle.source`, 'right'), gap(path.getTotalLength(), `[data-id="${target}"] .react-flow__handle.target`, 'left')]
  }, [from, to] as const)
}
