/**
 * The live connection under load: 200 clients watch 50 runs at 5,000 events a second; then the same with 20 more, of 40 runs
 * each, that stop reading and wake up later. Server, clients and this are processes of their own on one machine. What each
 * client was handed is compared with the log, byte by byte. Then pages in headless Chromium under 2,000 events a second,
 * beside the same pages while nothing happens.
 * Not measured: engines and model servers, which make the events elsewhere; a network.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Page } from '@playwright/test'
import { startHeddle } from '../e2e/heddle-process'
import { percentile, shareOfCore, table } from './figures'
import { serveLive, type ServeAnswer, type ServeOrder } from './live/serve'
import { watchLive, type WatchAnswer, type Watched, type WatchOrder } from './live/watch'

const PORT = Number(process.env.HEDDLE_BENCH_PORT ?? 3300)
const RUNS = 50
const CLIENTS = 200
const STALLING = 20
const RUNS_OF_STALLING = 40
const RATE = 5_000
const PAGE_RATE = 2_000
const FOR_MS = Number(process.env.HEDDLE_BENCH_SECONDS ?? 30) * 1_000
const FRAMES_FOR_MS = 10_000

type Role<Order, Answer> = { ask<Kind extends Answer extends { kind: infer K } ? K : never>(kind: Kind, order?: Order): Promise<Extract<Answer, { kind: Kind }>>; tell(order: Order): void }

const [role, given] = process.argv.slice(2)
if (role === 'serve') await serveLive(JSON.parse(given!) as Parameters<typeof serveLive>[0])
else if (role === 'watch') watchLive(JSON.parse(given!) as Parameters<typeof watchLive>[0])
else await bench()

function start<Order extends object, Answer extends { kind: string }>(name: string, settings: object): Role<Order, Answer> & { child: ChildProcess } {
  const child = fork(fileURLToPath(import.meta.url), [name, JSON.stringify(settings)], { execArgv: ['--expose-gc'] })
  const heard: Answer[] = []
  const waiting = new Set<() => void>()
  child.on('message', (answer) => {
    heard.push(answer as Answer)
    for (const look of waiting) look()
  })
  child.once('exit', (code) => {
    if (code !== 0 && code !== null) throw new Error(`The process ${name} ended with ${code}`)
  })
  return {
    child,
    tell: (order) => void child.send(order),
    ask: (kind, order) => {
      if (order) child.send(order)
      return new Promise((resolve) => {
        const look = (): void => {
          const at = heard.findIndex((answer) => answer.kind === kind)
          if (at < 0) return
          waiting.delete(look)
          resolve(heard.splice(at, 1)[0] as never)
        }
        waiting.add(look)
        look()
      })
    },
  }
}

async function bench(): Promise<void> {
  await watched()
  await drawn()
}

async function watched(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'heddle-bench-'))
  const server = start<ServeOrder, ServeAnswer>('serve', { port: PORT, dataDir, items: 20 })
  await server.ask('ready')
  const watch = start<WatchOrder, WatchAnswer>('watch', { port: PORT })
  const runs = Array.from({ length: RUNS }, (_, index) => `run_live${index}`)
  const steady = Array.from({ length: CLIENTS }, (_, index) => ({ name: `reads-${index}`, runs: [runs[index % RUNS]!] }))
  const stalling = Array.from({ length: STALLING }, (_, index) => ({ name: `stalls-${index}`, runs: Array.from({ length: RUNS_OF_STALLING }, (_other, own) => runs[(index + own) % RUNS]!) }))
  const names = stalling.map(({ name }) => name)
  const share = shareOfCore()

  await watch.ask('opened', { do: 'open', clients: steady })
  const rows: string[][] = []
  for (const phase of ['all read', `${STALLING} more stop reading`]) {
    const stalls = phase !== 'all read'
    if (stalls) {
      await watch.ask('opened', { do: 'open', clients: stalling })
      await new Promise((resolve) => setTimeout(resolve, 2_000))
      watch.tell({ do: 'stall', names })
    }
    await watch.ask('lags', { do: 'lags' })
    await server.ask('gauged', { do: 'gauge', begin: true })
    const { events, tookMs } = await server.ask('fed', { do: 'feed', runs, eventsPerSecond: RATE, forMs: FOR_MS })
    const { heapMiB, residentMiB } = await server.ask('gauged', { do: 'gauge', begin: false })
    const { lagsMs } = await watch.ask('lags', { do: 'lags' })
    if (stalls) watch.tell({ do: 'wake', names })
    const { digests } = await server.ask('digests', { do: 'digests', runs })
    const { watched: all } = await watch.ask('told', { do: 'tell', counts: Object.fromEntries(runs.map((run) => [run, digests[run]!.count])) })
    const wrong = all.filter((one) => one.digest !== digests[one.run]!.digest)
    const of = (which: 'reads' | 'stalls', sum: (one: Watched) => number): number => all.filter((one) => one.name.startsWith(which)).reduce((whole, one) => whole + sum(one), 0)
    rows.push([
      phase, (events / (tookMs / 1_000)).toFixed(0), `${all.length - wrong.length} of ${all.length}`, `${of('reads', (one) => one.reloads)} / ${of('stalls', (one) => one.reloads)}`,
      `${of('reads', (one) => one.holes)}`, `${percentile(lagsMs, 50).toFixed(0)} / ${percentile(lagsMs, 99).toFixed(0)} ms`, `${heapMiB.toFixed(0)} MiB`, `${residentMiB.toFixed(0)} MiB`,
    ])
    if (wrong.length > 0) process.stdout.write(`Differ from the log: ${wrong.slice(0, 5).map((one) => JSON.stringify(one)).join('\n')}\n`)
  }
  process.stdout.write(table([`${CLIENTS} clients, ${RUNS} runs`, 'events a second', 'logs as the server\'s', 'told to reload: readers / stalled', 'holes', 'from append to client: median / p99', 'heap at most', 'resident at most'], rows))
  process.stdout.write(`A busy loop got ${(share * 100).toFixed(0)} % of a core before.\n\n`)
  watch.tell({ do: 'end' })
  server.tell({ do: 'end' })
  await new Promise((resolve) => server.child.once('exit', resolve))
  rmSync(dataDir, { recursive: true, force: true })
}

/** Between frames drawn, ms. */
function framesOf(page: Page): Promise<number[]> {
  return page.evaluate((forMs) => new Promise<number[]>((resolve) => {
    const gaps: number[] = []
    const began = performance.now()
    let last = began
    const frame = (now: number): void => {
      gaps.push(now - last)
      last = now
      if (now - began < forMs) requestAnimationFrame(frame)
      else resolve(gaps.slice(1))
    }
    requestAnimationFrame(frame)
  }), FRAMES_FOR_MS)
}

async function drawn(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-bench-'))
  const heddle = await startHeddle({ port: PORT + 1, dataDir: join(folder, 'pages') })
  const server = start<ServeOrder, ServeAnswer>('serve', { port: PORT + 2, dataDir: join(folder, 'live'), pagesAt: PORT + 1, items: 20 })
  await server.ask('ready')
  const browser = await chromium.launch({ executablePath: process.env.HEDDLE_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
  const views = [{ name: 'a run, lanes', path: '/runs/run_fast', tab: 'lanes' }, { name: 'a run, waterfall', path: '/runs/run_fast', tab: 'waterfall' }, { name: 'the list of runs', path: '/runs', tab: undefined }]
  const rows: string[][] = []
  // The run begins before its page is opened.
  await server.ask('fed', { do: 'feed', runs: ['run_fast'], eventsPerSecond: PAGE_RATE, forMs: 1_000 })
  for (const { name, path, tab } of views) {
    const share = shareOfCore()
    const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1440, height: 900 } })
    const page = await context.newPage()
    await page.goto(`http://127.0.0.1:${PORT + 2}${path}`)
    if (tab !== undefined) {
      await page.getByTestId('run-node-a0').waitFor()
      if (tab === 'waterfall') await page.getByRole('radio', { name: 'Waterfall' }).click()
    }
    await page.waitForTimeout(1_500)
    const still = await framesOf(page)
    const fed = server.ask('fed', { do: 'feed', runs: ['run_fast'], eventsPerSecond: PAGE_RATE, forMs: FRAMES_FOR_MS + 1_500 })
    await page.waitForTimeout(500)
    const busy = await framesOf(page)
    const { events, tookMs } = await fed
    const rate = (gaps: readonly number[]): string => `${(gaps.length / (gaps.reduce((sum, gap) => sum + gap, 0) / 1_000)).toFixed(1)}`
    rows.push([name, (events / (tookMs / 1_000)).toFixed(0), rate(still), rate(busy), `${percentile(still, 95).toFixed(1)} / ${percentile(busy, 95).toFixed(1)} ms`, `${Math.max(...busy).toFixed(0)} ms`, `${(share * 100).toFixed(0)} %`])
    await context.close()
  }
  process.stdout.write(table(['page', 'events a second', 'frames a second, nothing happens', 'under the events', 'between frames, p95: still / under', 'worst', 'of a core before'], rows))
  await browser.close()
  server.tell({ do: 'end' })
  await new Promise((resolve) => server.child.once('exit', resolve))
  await heddle.kill('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
}
