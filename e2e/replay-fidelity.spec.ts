import { expect, test, type APIRequestContext, type CDPSession, type Page } from '@playwright/test'
import { makeWorkflow, readRun } from './steps'

const RUNS = 10
const MOMENTS = 10
type Line = { seq: number; at: string; type: string; nodeId?: string; text?: string }
/** All that the canvas says, and its pixels. */
type Shown = { texts: Record<string, string>; place: string; pixels: string }
type Moment = { seq: number; ms: number }

// Pages are always of this size, and near enough to the graph for all that its nodes say. Their clocks stand where the test puts them: what counts time must count the run's.
test.use({ viewport: { width: 1600, height: 640 } })

const seeded = (seed: number) => () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648
const node = (id: string, type: string, x: number, y: number, config: object) => ({ id, type, name: id, position: { x: x * 300, y: y * 180 }, config })
const edges = (...pairs: [string, string, string?][]) => pairs.map(([source, target, sourceHandle]) => ({ id: `${source}-${target}`, source, target, ...(sourceHandle && { sourceHandle }) }))
const agent = (id: string, x: number, y: number, prompt: string) => node(id, 'agent', x, y, { prompt, maxTokens: 40 })
/** Each run waits for a person, so that none goes on before it is watched. */
const begin = [node('topic', 'input', 0, 0, {}), node('go', 'approval', 1, 0, { prompt: 'Go?' })]
const GRAPHS = [
  {
    nodes: [...begin, agent('plan', 2, 0, 'Plan {{ input.topic }}'), agent('check', 3, 0, 'Check {{ steps.plan.output.text }}'), node('result', 'output', 4, 0, { value: '{{ steps.check.output.text }}' })],
    edges: edges(['topic', 'go'], ['go', 'plan', 'approved'], ['plan', 'check'], ['check', 'result']),
  },
  {
    nodes: [...begin, agent('pro', 2, 0, 'For {{ input.topic }}'), agent('contra', 2, 1, 'Against {{ input.topic }}'), node('both', 'merge', 3, 0, { mode: 'all' }), node('result', 'output', 4, 0, { value: '{{ steps.pro.output.text }}' })],
    edges: edges(['topic', 'go'], ['go', 'pro', 'approved'], ['go', 'contra', 'approved'], ['pro', 'both'], ['contra', 'both'], ['both', 'result']),
  },
  {
    // A step that is refused, one that is skipped for it, and a map.
    nodes: [
      ...begin, node('fetch', 'http', 2, 0, { method: 'GET', url: 'http://127.0.0.1:9/', onError: 'skip' }), node('use', 'transform', 3, 0, { expression: 'steps.fetch.output' }),
      node('each', 'map', 2, 1, { items: '["one", "two"]', body: { nodes: [node('item', 'input', 0, 0, {}), agent('write', 1, 0, 'Write of {{ input }}')], edges: edges(['item', 'write']) } }),
      node('result', 'output', 4, 0, { value: '{{ input.topic }}' }),
    ],
    edges: edges(['topic', 'go'], ['go', 'fetch', 'approved'], ['fetch', 'use'], ['go', 'each', 'approved'], ['each', 'result']),
  },
]

type Gate = { held: Line[]; letThrough: (until: number) => void }

/** The page's connection, held back as by a slow network: what the server tells of runs waits here until it is let through, an event a frame. */
async function holdConnection(page: Page): Promise<Gate> {
  const held: Line[] = []
  let send: ((line: Line) => void) | undefined
  await page.routeWebSocket(/\/live/, (socket) => {
    socket.connectToServer().onMessage((message) => {
      const frame = typeof message === 'string' && message.startsWith('42["frame"') ? (JSON.parse(message.slice(2)) as [string, { topic: string; events: Line[] }])[1] : undefined
      if (!frame?.topic.startsWith('run:')) return socket.send(message)
      send = (line) => socket.send(`42${JSON.stringify(['frame', { topic: frame.topic, events: [line] }])}`)
      held.push(...frame.events)
    })
  })
  return {
    held,
    letThrough: (until) => {
      while (held[0] && held[0].seq <= until) send!(held.shift()!)
    },
  }
}

/** Ten of the moments that are still to come, each some time after its event and before the next. */
function choose(held: readonly Line[], random: () => number): (Moment & { line: Line })[] {
  const begun = held.findIndex((line) => line.type === 'step.completed' && line.nodeId === 'go') + 1
  const moments = held.slice(begun).map((line, index, all) => {
    const at = Date.parse(line.at)
    const ms = at + Math.floor(random() * (Date.parse(all[index + 1]?.at ?? line.at) - at))
    return { line, seq: line.seq, ms: Math.max(at, ms), order: random() }
  })
  expect(moments.length, held.map((line) => `${line.seq} ${line.type}`).join(', ')).toBeGreaterThanOrEqual(MOMENTS)
  return moments.sort((a, b) => a.order - b.order).slice(0, MOMENTS).sort((a, b) => a.seq - b.seq)
}

/** What the canvas shows once the page stands at that event, and the moment it counts to. `known`: what is known of it beforehand, which is waited for. */
async function look(page: Page, cdp: CDPSession, seq: number, known: { ms?: number; place?: string | undefined } = {}): Promise<Shown & Moment> {
  const { texts, place, clip, moment } = await page.evaluate(async (wanted) => {
    const drawn = () => new Promise((resolve) => requestAnimationFrame(resolve))
    const canvas = () => document.querySelector('[role=region][aria-label="Canvas of the run"]')
    const told = (what: 'seq' | 'time') => document.querySelector<HTMLElement>(`[data-testid=moment-${what}]`)?.dataset
    const stands = () => told('seq')?.seq === String(wanted.seq) && (wanted.ms === undefined || told('time')?.moment === String(wanted.ms))
    const lies = () => JSON.stringify([canvas()?.getBoundingClientRect(), canvas()?.querySelector<HTMLElement>('.react-flow__viewport')?.style.transform])
    // A canvas of another size fits its graph anew some frames later.
    for (let [before, still] = ['', 0]; still < 2 && !(stands() && lies() === wanted.place); ) {
      await drawn()
      const now = stands() && canvas() ? lies() : ''
      still = now !== '' && now === before ? still + 1 : 0
      before = now
    }
    const { left: x, top: y, width, height } = canvas()!.getBoundingClientRect()
    const nodes = [...canvas()!.querySelectorAll<HTMLElement>('[data-testid^=run-node-]')].map((one) => [one.dataset.testid!, `${one.dataset.status}: ${one.innerText}`])
    return { texts: Object.fromEntries(nodes) as Record<string, string>, place: lies(), clip: { x, y, width, height, scale: 1 }, moment: Number(told('time')!.moment) }
  }, { ...known, seq })
  const { data } = await cdp.send('Page.captureScreenshot', { format: 'png', clip, optimizeForSpeed: true })
  return { texts, place, pixels: data, seq, ms: moment }
}

/** With the prices that a node's cost is told by: they come by themselves. */
async function open(page: Page, path: string): Promise<void> {
  const prices = page.waitForResponse('**/api/token-prices')
  await page.goto(path)
  await prices
}

const addressOf = ({ seq, ms }: Moment, atOf: ReadonlyMap<number, number>) => `?at=${seq}${ms > atOf.get(seq)! ? `&after=${ms - atOf.get(seq)!}` : ''}`

/** Without loading the page anew: as by the browser's Back. */
const goTo = (page: Page, search: string) => page.evaluate((address) => {
  history.replaceState(history.state, '', address)
  history.pushState(history.state, '', '#')
  history.back()
}, search)

async function startRuns(request: APIRequestContext): Promise<string[]> {
  const workflows = await Promise.all(GRAPHS.map((graph, index) => makeWorkflow(request, `Fidelity ${index}`, graph)))
  const replies = await Promise.all(Array.from({ length: RUNS }, (_, run) => request.post(`/api/workflows/${workflows[run % workflows.length]}/runs`, { data: { input: { topic: `looms ${run}` }, version: 'draft' } })))
  return Promise.all(replies.map(async (reply) => ((await reply.json()) as { id: string }).id))
}

/** How far the browser's smoothing of edges may go, of 255: it depends on what a page drew together. Text that differs goes beyond 100. */
const SMOOTHING = 32

/** By how much the most different pixel of two pictures differs, of 255. */
async function difference(page: Page, a: string, b: string): Promise<number> {
  if (a === b) return 0
  return page.evaluate(async (pictures) => {
    const [first, second] = await Promise.all(pictures.map(async (picture) => {
      const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(picture), (char) => char.charCodeAt(0))]))
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!
      context.drawImage(bitmap, 0, 0)
      return context.getImageData(0, 0, bitmap.width, bitmap.height).data
    }))
    if (first!.length !== second!.length) return 255
    return first!.reduce((most, value, index) => Math.max(most, Math.abs(value - second![index]!)), 0)
  }, [a, b])
}

test('a replayed canvas has the texts and the pixels that the live one had, at ten random moments of ten runs', async ({ page, request }) => {
  const random = seeded(20261129)
  await page.addInitScript(() => {
    const real = Date.now.bind(Date)
    Date.now = () => (window as { clock?: number }).clock ?? real()
  })
  const gate = await holdConnection(page)
  const cdp = await page.context().newCDPSession(page)
  const ids = await startRuns(request)
  for (const [run, id] of ids.entries()) {
    await expect.poll(async () => (await readRun(request, id)).status, { intervals: [50] }).toBe('waiting')
    gate.held.length = 0
    await open(page, `/runs/${id}`)
    await expect(page.getByTestId('run-node-go')).toHaveAttribute('data-status', 'waiting')
    expect((await request.post(`/api/runs/${id}/approvals/go`, { data: { decision: 'approve' } })).ok()).toBe(true)
    await expect.poll(() => gate.held.at(-1)?.type, { timeout: 30_000, intervals: [50] }).toBe('run.completed')

    const moments = choose(gate.held, random)
    const atOf = new Map(gate.held.map((line) => [line.seq, Date.parse(line.at)]))
    const live: (Shown & Moment)[] = []
    for (const { seq, ms } of moments) {
      await page.evaluate((now) => void ((window as { clock?: number }).clock = now), ms)
      gate.letThrough(seq)
      live.push(await look(page, cdp, seq, { place: live[0]?.place }))
    }

    const [first] = live
    await open(page, `/runs/${id}${addressOf(first!, atOf)}`)
    for (const shown of live) {
      if (shown !== first) await goTo(page, addressOf(shown, atOf))
      const again = await look(page, cdp, shown.seq, { ms: shown.ms, place: shown.place })
      expect([again.texts, again.place], `run ${run}, event ${shown.seq}`).toEqual([shown.texts, shown.place])
      const differs = await difference(page, again.pixels, shown.pixels)
      if (differs > SMOOTHING) for (const [name, { pixels }] of Object.entries({ live: shown, replayed: again })) await test.info().attach(name, { body: Buffer.from(pixels, 'base64'), contentType: 'image/png' })
      expect(differs, `pixels of run ${run}, event ${shown.seq}`).toBeLessThanOrEqual(SMOOTHING)
    }
    // One event earlier it is another picture: what was compared tells moments apart.
    const telling = moments.find(({ line }) => !line.nodeId?.includes('[') && (line.type === 'step.started' || line.type === 'step.completed' || (line.type === 'step.output' && line.text?.trim())))
    const shown = live.find(({ seq }) => seq === telling?.seq)!
    await goTo(page, `?at=${shown.seq - 1}`)
    const off = await look(page, cdp, shown.seq - 1)
    expect(off.texts, `run ${run}, one before event ${shown.seq}`).not.toEqual(shown.texts)
    expect(await difference(page, off.pixels, shown.pixels), `one before event ${shown.seq} of run ${run}`).toBeGreaterThan(SMOOTHING)
  }
})
