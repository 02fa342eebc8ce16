/**
 * A recorded run of 100,000 events in headless Chromium, on the built pages and a server of their own: how long until the page
 * shows all of it, and how long a jump to a moment takes until it is painted. Beside it, in the same run, the same moments by
 * a fold from the log's beginning. One run has few steps that say much, the other thousands of steps.
 * Not measured: a slow network (all of it is on one machine).
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunEvent, RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { createRunTimeline } from '@/domain/run/run-timeline'
import { runEventOfLine } from '@/wire/runs'
import { startHeddle } from '../e2e/heddle-process'
import { recordRun } from './browser/recorded-run'
import { percentile, shareOfCore, table } from './figures'

const PORT = Number(process.env.HEDDLE_BENCH_PORT ?? 3290)
const EVENTS = Number(process.env.HEDDLE_BENCH_EVENTS ?? 100_000)
const OPENINGS = 5
const JUMPS = 40
const shapes = [{ name: 'few steps, long texts', id: 'run_deep' as RunId, items: 20 }, { name: '3,000 steps', id: 'run_wide' as RunId, items: 3_000 }]

const dataDir = mkdtempSync(join(tmpdir(), 'heddle-bench-'))
for (const { id, items } of shapes) await recordRun(dataDir, id, { count: EVENTS, items })
const heddle = await startHeddle({ port: PORT, dataDir })
const browser = await chromium.launch({ executablePath: process.env.HEDDLE_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })

/** From the wish to the page that shows the newest event. */
async function opened(page: Page, id: string): Promise<number> {
  const began = performance.now()
  await page.goto(`${heddle.url}/runs/${id}`, { waitUntil: 'commit' })
  await page.waitForFunction((seq) => document.querySelector('[data-testid=moment-seq]')?.textContent?.includes(seq) && document.querySelector('[data-testid=run-node-end]') !== null, `of ${EVENTS}`, { polling: 'raf' })
  return performance.now() - began
}

/** Presses on the ruler at each share of the run. @returns ms until the frame that shows it was painted */
function jumped(page: Page, shares: readonly number[]): Promise<number[]> {
  return page.evaluate(async (all) => {
    const ruler = document.querySelector<HTMLElement>('[role=slider]')!
    const { left, top, width } = ruler.getBoundingClientRect()
    const taken: number[] = []
    for (const share of all) {
      const at = { clientX: left + share * width, clientY: top + 4, bubbles: true, button: 0, pointerId: 1 }
      await new Promise((resolve) => requestAnimationFrame(resolve))
      const before = ruler.getAttribute('aria-valuenow')
      const began = performance.now()
      ruler.setPointerCapture = () => undefined
      ruler.dispatchEvent(new PointerEvent('pointerdown', at))
      // The frame after the change has been painted when the message behind it arrives.
      await new Promise<void>((resolve) => requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => resolve()
        port2.postMessage(null)
      }))
      taken.push(performance.now() - began)
      if (ruler.getAttribute('aria-valuenow') === before) throw new Error('The playhead did not move')
    }
    return taken
  }, shares)
}

async function eventsOf(id: string): Promise<RunEvent[]> {
  const text = await (await fetch(`${heddle.url}/api/runs/${id}/events`)).text()
  return text.trimEnd().split('\n').map((line) => runEventOfLine(JSON.parse(line)))
}

function timed(work: () => unknown): number {
  const began = performance.now()
  work()
  return performance.now() - began
}

const shares: number[] = []
const rows: string[][] = []
for (const { name, id } of shapes) {
  shares.push(shareOfCore())
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  const openings: number[] = []
  for (let round = 0; round < OPENINGS; round++) openings.push(await opened(page, id))
  // The same places every time, all over the run, there and back.
  const places = Array.from({ length: JUMPS }, (_, index) => 0.01 + ((index * 0.618) % 1) * 0.98)
  const jumps = await jumped(page, places)
  await context.close()

  const events = await eventsOf(id)
  const timeline = createRunTimeline()
  timeline.append(events)
  const folds = places.map((share) => timed(() => timeline.stateAt(Math.ceil(share * events.length))))
  const naive = places.map((share) => timed(() => foldRun(emptyRun, events.slice(0, Math.ceil(share * events.length)))))
  rows.push([
    name, `${openings[0]!.toFixed(0)} ms`, `${percentile(openings.slice(1), 50).toFixed(0)} ms`, `${percentile(jumps, 50).toFixed(1)} / ${percentile(jumps, 95).toFixed(1)} / ${Math.max(...jumps).toFixed(1)} ms`,
    `${percentile(folds, 50).toFixed(2)} ms`, `${percentile(naive, 50).toFixed(1)} ms`, `× ${(percentile(naive, 50) / percentile(folds, 50)).toFixed(0)}`,
  ])
}
process.stdout.write(table([`a run of ${EVENTS.toLocaleString('en')} events`, 'opens, first time', 'opens, again (median)', 'jump to a moment, painted: median / p95 / worst', 'its fold', 'a fold from the beginning', 'faster'], rows))
process.stdout.write(`A busy loop got ${(Math.min(...shares) * 100).toFixed(0)} % of a core before each.\n`)

await browser.close()
await heddle.kill('SIGTERM')
rmSync(dataDir, { recursive: true, force: true })
