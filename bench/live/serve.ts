/**
 * A server process for the live benches: the real store, log, feed and live connection, fed at a set pace as engines feed
 * them. What else a page asks for goes on to a whole server.
 */
import { createHash } from 'node:crypto'
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { benchGraph, factsOf } from '../browser/recorded-run'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunEvent, RunFact, RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { createQuietAlerts } from '@/server/adapters/memory/quiet-alerts'
import { createRunFeed } from '@/server/adapters/memory/run-feed'
import { openStore } from '@/server/adapters/prisma/open-store'
import { createSystemClock } from '@/server/adapters/system/system-clock'
import { createDraftFeed } from '@/server/live/draft-feed'
import { createLiveServer } from '@/server/live/live-server'
import { runEventLine } from '@/wire/runs'

export type ServeOrder =
  | { do: 'feed'; runs: readonly string[]; eventsPerSecond: number; forMs: number }
  | { do: 'gauge'; begin: boolean }
  | { do: 'digests'; runs: readonly string[] }
  | { do: 'end' }
export type ServeAnswer =
  | { kind: 'ready' } | { kind: 'fed'; events: number; tookMs: number } | { kind: 'gauged'; heapMiB: number; residentMiB: number }
  | { kind: 'digests'; digests: Record<string, { count: number; digest: string }> }

const TICK_MS = 50
/** Seldom: a full collection holds the server up, which would be measured then. */
const GAUGE_MS = 5_000
const PAGE = 5_000
const MIB = 2 ** 20

export async function serveLive({ port, dataDir, pagesAt, items }: { port: number; dataDir: string; /** Port of the whole server. */ pagesAt?: number; items: number }): Promise<void> {
  const clock = createSystemClock()
  const store = await openStore({ dataDir, migrationsDir: join(process.cwd(), 'prisma', 'migrations', 'sqlite'), clock })
  const graph = benchGraph()
  const hash = await store.runLog.saveGraph(graph)
  const feed = createRunFeed()
  const server = createServer((request, response) => void answer(request, response))
  createLiveServer({
    server, feed, runLog: store.runLog, logs: store.logs, onLogLines: () => () => undefined, fleet: () => ({ simulated: true, policy: 'bench', waiting: 0, instances: [] }), onFleetChange: () => () => undefined,
    alerts: createQuietAlerts().watch, recentSamples: () => Promise.resolve([]), clock, drafts: createDraftFeed(), revisionOf: () => Promise.resolve(1), allow: () => true,
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))

  const states = new Map<string, { state: typeof emptyRun; facts: Generator<RunFact> }>()
  async function append(id: string, count: number): Promise<number> {
    const run = states.get(id) ?? { state: emptyRun, facts: factsOf(hash, { count: 10_000_000, items }) }
    states.set(id, run)
    const facts = Array.from({ length: count }, () => run.facts.next().value as RunFact)
    const before = run.state
    const events = await store.runLog.append(id as RunId, facts, before.seq, (given) => (run.state = foldRun(before, given)))
    feed.publish(id, events)
    return events.length
  }

  /** Every run at its own pace, as if an engine worked on it; one that falls behind does not catch up in a rush. */
  async function feedRuns({ runs, eventsPerSecond, forMs }: Extract<ServeOrder, { do: 'feed' }>): Promise<ServeAnswer> {
    const began = performance.now()
    let events = 0
    await Promise.all(runs.map(async (id, index) => {
      await after((index / runs.length) * TICK_MS)
      let owed = 0
      let last = performance.now()
      while (performance.now() - began < forMs) {
        await after(TICK_MS)
        const now = performance.now()
        owed += (Math.min(now - last, 4 * TICK_MS) / 1_000) * (eventsPerSecond / runs.length)
        last = now
        const due = Math.floor(owed)
        owed -= due
        if (due === 0) continue
        // Added behind the wait: the sum that was read before it lacks what the other runs appended meanwhile.
        const appended = await append(id, due)
        events += appended
      }
    }))
    return { kind: 'fed', events, tookMs: performance.now() - began }
  }

  async function* eventsOf(id: string, from: number): AsyncGenerator<RunEvent[]> {
    for (let cursor = from; ; ) {
      const page = await store.runLog.read(id as RunId, cursor, PAGE)
      if (page.length === 0) return
      yield page
      cursor = page.at(-1)!.seq
    }
  }

  async function digestOf(id: string): Promise<{ count: number; digest: string }> {
    const sum = createHash('sha256')
    let count = 0
    for await (const page of eventsOf(id, 0)) for (const event of page) (count += 1, sum.update(JSON.stringify(runEventLine(event))))
    return { count, digest: sum.digest('hex') }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://bench')
    if (url.pathname.startsWith('/live')) return
    const [, id = '', what] = /^\/api\/runs\/(run_[^/]+)\/(events|graph)$/.exec(url.pathname) ?? []
    if (what === 'graph') return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ graph }))
    if (what === 'events') {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' })
      for await (const page of eventsOf(id, Number(url.searchParams.get('after') ?? 0))) response.write(page.map((event) => `${JSON.stringify(runEventLine(event))}\n`).join(''))
      return void response.end()
    }
    if (pagesAt === undefined) return void response.writeHead(404).end()
    const host = `127.0.0.1:${pagesAt}`
    const further = ask({ host: '127.0.0.1', port: pagesAt, path: request.url, method: request.method, headers: { ...request.headers, host, ...(request.headers.origin !== undefined && { origin: `http://${host}` }) } }, (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers)
      reply.pipe(response)
    })
    further.on('error', () => response.writeHead(502).end())
    request.pipe(further)
  }

  let gauge = { heap: 0, resident: 0 }
  let looking: NodeJS.Timeout | undefined
  function look(): void {
    globalThis.gc?.()
    const { heapUsed, external, rss } = process.memoryUsage()
    gauge = { heap: Math.max(gauge.heap, heapUsed + external), resident: Math.max(gauge.resident, rss) }
  }

  async function obey(order: ServeOrder): Promise<ServeAnswer | undefined> {
    switch (order.do) {
      case 'feed': return feedRuns(order)
      case 'gauge': {
        clearInterval(looking)
        const seen: ServeAnswer = { kind: 'gauged', heapMiB: gauge.heap / MIB, residentMiB: gauge.resident / MIB }
        gauge = { heap: 0, resident: 0 }
        if (order.begin) looking = setInterval(look, GAUGE_MS)
        return seen
      }
      case 'digests': {
        const digests: Record<string, { count: number; digest: string }> = {}
        for (const id of order.runs) digests[id] = await digestOf(id)
        return { kind: 'digests', digests }
      }
      case 'end':
        await store.close()
        process.exit(0)
    }
  }
  process.on('message', (order) => void obey(order as ServeOrder).then((said) => said && process.send?.(said)))
  process.send?.({ kind: 'ready' } satisfies ServeAnswer)
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
