/**
 * The editor in headless Chromium, on the built pages and a server of its own: time to open, which ends when nodes and edges have
 * been painted, and frame times while panning, while dragging a node and while a run goes on, beside a plain React Flow page with
 * the same nodes and edges. Both in turn, in one run.
 * All nodes are in sight; from that far out the editor draws names, or outlines alone, where the plain page draws all it has.
 * Nodes have the same size and handles on both. A frame is the time from one animation frame to the next, which is 16.7 ms where nothing is late.
 * Not measured: a graphics card (Chromium paints by the processor here), a slow network.
 */
import { createServer } from 'node:http'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { rolldown } from 'rolldown'
import { startHeddle } from '../e2e/heddle-process'
import { gridWorkflow } from './browser/grid-graph'
import { percentile, shareOfCore, table } from './figures'

const PORT = Number(process.env.HEDDLE_BENCH_PORT ?? 3291)
const SIZES = (process.env.HEDDLE_BENCH_NODES ?? '100,500,1000,2000').split(',').map(Number)
const FRAMES = 120
const ROUNDS = Number(process.env.HEDDLE_BENCH_ROUNDS ?? 3)

const dataDir = mkdtempSync(join(tmpdir(), 'heddle-bench-'))
const heddle = await startHeddle({ port: PORT, dataDir })
const plain = await servePlain(PORT + 1)
const browser = await chromium.launch({ executablePath: process.env.HEDDLE_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })

/** The plain page, bundled for the browser in production mode. */
async function servePlain(port: number): Promise<{ url: string; close: () => void }> {
  const bundle = await rolldown({ input: 'bench/browser/plain-flow.tsx', platform: 'browser', transform: { define: { 'process.env.NODE_ENV': '"production"' }, jsx: 'react-jsx' }, logLevel: 'silent' })
  const { output } = await bundle.generate({ format: 'esm', codeSplitting: false, minify: true })
  await bundle.close()
  const style = readFileSync(createRequire(import.meta.url).resolve('@xyflow/react/dist/style.css'), 'utf8')
  const html = `<!doctype html><meta charset=utf-8><style>${style} html,body,#root{height:100%;margin:0}</style><div id=root></div><script type=module src=/plain.js></script>`
  const server = createServer((request, response) => {
    const script = request.url === '/plain.js'
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html').end(script ? output[0].code : html)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

async function opened(page: Page, url: string, nodes: number): Promise<number> {
  const began = performance.now()
  await page.goto(url, { waitUntil: 'commit' })
  await page.waitForFunction((count) => document.querySelectorAll('.react-flow__node').length === count && document.querySelector('.react-flow__edge-path') !== null, nodes, { polling: 'raf', timeout: 60_000 })
  // Until they are painted too: the next frame begins when that is done.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)))
  return performance.now() - began
}

/** Holds the canvas, or a node in its middle, and moves it a little with every frame. @returns ms from frame to frame */
function framesWhile(page: Page, what: 'pan' | 'drag', frames: number): Promise<number[]> {
  return page.evaluate(async ({ what: kind, frames: count }) => {
    const pane = document.querySelector('.react-flow__pane')!
    const box = pane.getBoundingClientRect()
    const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 }
    const far = (node: Element) => Math.hypot(node.getBoundingClientRect().left - middle.x, node.getBoundingClientRect().top - middle.y)
    const held = kind === 'pan' ? pane : [...document.querySelectorAll('.react-flow__node')].reduce((best, node) => (far(node) < far(best) ? node : best))
    const at = kind === 'pan' ? middle : { x: held.getBoundingClientRect().left + 6, y: held.getBoundingClientRect().top + 3 }
    const tell = (target: EventTarget, type: string, dx: number) => target.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, view: window, button: 0, buttons: 1, clientX: at.x + dx, clientY: at.y + dx / 2 }))
    const before = kind === 'pan' ? document.querySelector<HTMLElement>('.react-flow__viewport')!.style.transform : (held as HTMLElement).style.transform
    tell(held, 'mousedown', 0)
    const times: number[] = []
    let last = 0
    for (let frame = 0; frame < count; frame++) {
      const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve))
      if (frame > 5) times.push(now - last)
      last = now
      // There and back, so that all stays in sight.
      tell(window, 'mousemove', 60 * Math.sin(frame / 12) + 2)
    }
    const after = kind === 'pan' ? document.querySelector<HTMLElement>('.react-flow__viewport')!.style.transform : (held as HTMLElement).style.transform
    tell(window, 'mouseup', 0)
    if (before === after) throw new Error(`Nothing moved while it was to ${kind}`)
    return times
  }, { what, frames })
}

/** Frames of the page of a run from when it is opened until its last step. */
function framesOfRun(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    const times: number[] = []
    let last = 0
    const ended = () => [...document.querySelectorAll('[data-testid^=run-node-]')].every((node) => ['completed', 'failed', 'skipped'].includes((node as HTMLElement).dataset.status ?? ''))
    for (let frame = 0; frame < 1_200; frame++) {
      const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve))
      if (frame > 2) times.push(now - last)
      last = now
      if (frame % 20 === 0 && frame > 60 && ended()) break
    }
    return times
  })
}

async function post(path: string, body: object): Promise<{ id: string }> {
  const reply = await fetch(`${heddle.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
  return (await reply.json()) as { id: string }
}

async function fresh(): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
  return context.newPage()
}

type Measured = { open: number[]; pan: number[]; drag: number[]; run: number[] }
const none = (): Measured => ({ open: [], pan: [], drag: [], run: [] })

async function measure(page: Page, url: string, nodes: number, into: Measured): Promise<void> {
  into.open.push(await opened(page, url, nodes))
  // What the page does once after it is opened is part of neither.
  await page.waitForTimeout(1_000)
  into.pan.push(...(await framesWhile(page, 'pan', FRAMES)))
  into.drag.push(...(await framesWhile(page, 'drag', FRAMES)))
}

const shares: number[] = []
const HEAD = ['nodes', 'ms', 'Heddle, median / p95', 'plain React Flow, median / p95', 'ratio']
const all: string[][] = []
for (const nodes of SIZES) {
  const { id } = await post('/api/workflows', { name: `Bench ${nodes}`, graph: gridWorkflow(nodes) })
  const [ours, theirs] = [none(), none()]
  const [editor, plainPage] = [await fresh(), await fresh()]
  // The first opening loads the scripts.
  await opened(editor, `${heddle.url}/workflows/${id}`, nodes)
  await opened(plainPage, `${plain.url}/?nodes=${nodes}`, nodes)
  for (let round = 0; round < ROUNDS; round++) {
    shares.push(shareOfCore())
    await measure(plainPage, `${plain.url}/?nodes=${nodes}`, nodes, theirs)
    await measure(editor, `${heddle.url}/workflows/${id}`, nodes, ours)
  }
  const run = await post(`/api/workflows/${id}/runs`, { input: {}, priority: 5, version: 'draft' })
  await opened(editor, `${heddle.url}/runs/${run.id}`, nodes)
  ours.run.push(...(await framesOfRun(editor)))
  await editor.context().close()
  await plainPage.context().close()
  const rows: string[][] = []
  for (const what of ['open', 'pan', 'drag', 'run'] as const) {
    const [own, other] = [ours[what], what === 'run' ? theirs.pan : theirs[what]]
    const said = (values: number[]) => `${percentile(values, 50).toFixed(1)} / ${percentile(values, 95).toFixed(1)}`
    rows.push([String(nodes), { open: 'to open', pan: 'panning', drag: 'dragging', run: 'a run goes on (beside: panning)' }[what], said(own), said(other), `${(percentile(own, 50) / percentile(other, 50)).toFixed(2)} / ${(percentile(own, 95) / percentile(other, 95)).toFixed(2)}`])
  }
  all.push(...rows)
  // At once too: large graphs take minutes, and whoever stops it then has the small ones.
  process.stdout.write(table(HEAD, rows))
}
process.stdout.write(table(HEAD, all))
process.stdout.write(`A busy loop got ${(Math.min(...shares) * 100).toFixed(0)} to ${(Math.max(...shares) * 100).toFixed(0)} % of a core before the rounds.\n`)

await browser.close()
plain.close()
await heddle.kill('SIGTERM')
rmSync(dataDir, { recursive: true, force: true })
