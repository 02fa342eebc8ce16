import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createGuardedConnector } from '@/server/adapters/http/egress-guard'
import type { BrowserAct } from '@/server/ports/browser-runner'
import { createBrowserRunner } from './create-browser-runner'
import { findChromium } from './find-chromium'
import { groupMemory } from './group-memory'

const chromium = findChromium(process.env.HEDDLE_CHROMIUM)
const asked: string[] = []
/** A page of ours, and a server that no page may reach. */
const [pages, hidden] = [createServer((request, response) => {
  asked.push(`open ${request.url}`)
  const path = request.url ?? ''
  const html = (body: string) => response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>Looms</title><body>${body}</body>`)
  if (path === '/away') response.writeHead(302, { location: `http://127.0.0.1:${portOf(hidden)}/behind` }).end()
  else if (path === '/reaches') html(`<img src="http://127.0.0.1:${portOf(hidden)}/image"><script>fetch('http://127.0.0.1:${portOf(hidden)}/fetch').catch(() => document.body.append('kept out')); new WebSocket('ws://127.0.0.1:${portOf(hidden)}/socket')</script>`)
  else if (path === '/never') return
  else if (path === '/endless') html('<script>for (;;) {}</script>')
  else if (path === '/hungry') html('<script>const kept = []; setInterval(() => kept.push(new Uint8Array(50_000_000).fill(kept.length)), 20)</script>')
  else html(`<h1>Looms</h1><a href="/more" id="more" data-kind="shaft">more</a><form onsubmit="document.querySelector('output').textContent = 'Hello ' + document.querySelector('input').value; return false"><input name="who"><button>Greet</button></form><output></output>`)
}), createServer((request, response) => (asked.push(`hidden ${request.url}`), response.end('secret')))] as const
hidden.on('upgrade', (request) => asked.push(`hidden ${request.url}`))
const portOf = (server: typeof pages) => (server.address() as AddressInfo).port
let base = ''

const [usual, own] = [process.env.TMPDIR, mkdtempSync(join(tmpdir(), 'heddle-test-'))]
beforeAll(async () => {
  // Others on this machine open pages, too.
  process.env.TMPDIR = own
  for (const server of [pages, hidden]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${portOf(pages)}`
})
afterAll(() => {
  if (usual === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = usual
  rmSync(own, { recursive: true, force: true })
  for (const server of [pages, hidden]) {
    server.closeAllConnections()
    server.close()
  }
})

const worker = new URL('./browser-worker.ts', import.meta.url)
const runner = (over: Partial<Parameters<typeof createBrowserRunner>[0]> = {}) => createBrowserRunner({ off: false, chromium, worker, connect: createGuardedConnector({ allow: [`127.0.0.1:${portOf(pages)}`], connectTimeoutMs: 5_000 }), ...over })
const run = (path: string, actions: BrowserAct[] = [], over: Partial<Parameters<typeof createBrowserRunner>[0]> = {}, wallMs = 100_000, signal = new AbortController().signal) => runner(over).run({ url: path.startsWith('/') ? base + path : path, actions, wallMs }, signal)
/** Processes that were given a profile of ours; where the machine does not tell, none. */
const alive = () => (process.platform === 'linux' ? readdirSync('/proc') : []).filter((pid) => {
  try {
    return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(own)
  } catch {
    return false
  }
})
const profiles = () => readdirSync(tmpdir()).filter((name) => name.startsWith('heddle-browser-'))

test('without a browser a step fails and says how to get one', async () => {
  expect(runner({ chromium: '/nowhere/chromium' }).report()).toMatchObject({ ready: false })
  await expect(run('/', [], { chromium: '/nowhere/chromium' })).rejects.toMatchObject({ code: 'BROWSER_MISSING', retryable: false, hint: expect.stringContaining('HEDDLE_CHROMIUM') as string })
  await expect(run('/', [], { off: true })).rejects.toMatchObject({ code: 'BROWSER_OFF' })
})

describe.skipIf(chromium === undefined)('a page in a real browser', { timeout: 180_000 }, () => {
  test('is opened, acted in, read and pictured, and leaves nothing behind', async () => {
    const result = await run('/', [
      { do: 'text', selector: 'h1', as: 'heading' }, { do: 'attribute', selector: '#more', name: 'data-kind', as: 'kind' }, { do: 'attribute', selector: '#more', name: 'nothing', as: 'none' },
      { do: 'fill', selector: 'input', value: 'weaver' }, { do: 'click', selector: 'text=Greet' }, { do: 'wait', selector: 'output:has-text("weaver")' }, { do: 'text', selector: 'output', as: 'greeting' }, { do: 'screenshot', as: 'greeted' },
      { do: 'click', selector: '#more' }, { do: 'wait', selector: 'h1' },
    ])
    expect(result).toMatchObject({ url: `${base}/more`, title: 'Looms', values: { heading: 'Looms', kind: 'shaft', none: null, greeting: 'Hello weaver' }, refused: [] })
    expect(result.text).toContain('Looms')
    expect(result.screenshots).toMatchObject([{ name: 'greeted', mediaType: 'image/jpeg', width: 1024, height: 720 }])
    expect(Buffer.from(result.screenshots[0]!.data, 'base64').subarray(0, 2).toString('hex')).toBe('ffd8')
    await expect.poll(alive, { timeout: 30_000 }).toEqual([])
    expect(profiles()).toEqual([])
  })

  test('reaches what workflows may reach, and nothing else, whatever it tries', async () => {
    asked.length = 0
    await expect(run(`http://127.0.0.1:${portOf(hidden)}/direct`)).rejects.toMatchObject({ code: 'BROWSER_REFUSED' })
    await expect(run('/away')).rejects.toMatchObject({ code: 'BROWSER_REFUSED', message: expect.stringContaining(String(portOf(hidden))) as string })
    await expect(run('file:///etc/passwd')).rejects.toMatchObject({ code: 'BROWSER_REFUSED' })
    const result = await run('/reaches', [{ do: 'wait', selector: 'body:has-text("kept out")' }])
    expect(result.refused).toEqual([`127.0.0.1:${portOf(hidden)}`])
    expect(asked.filter((line) => line.startsWith('hidden'))).toEqual([])
    expect(asked).toContain('open /away')
  })

  test('a name that leads to a private address is refused where it is used', async () => {
    const lookup = ((_host: string, _options: unknown, callback: (error: null, all: unknown) => void) => callback(null, [{ address: '127.0.0.1', family: 4 }])) as never
    await expect(run(`http://rebound.test:${portOf(hidden)}/`, [], { connect: createGuardedConnector({ allow: [], connectTimeoutMs: 5_000, lookup }) })).rejects.toMatchObject({ code: 'BROWSER_REFUSED' })
  })

  test('what cannot be done says which action it was', async () => {
    await expect(run('/', [{ do: 'text', selector: 'h1', as: 'a' }, { do: 'click', selector: '[' }])).rejects.toMatchObject({ code: 'BROWSER_ACTION_FAILED', message: expect.stringContaining('Action 2 (click [)') as string, retryable: false })
  })

  test('one that never ends is closed in time, and with all its processes', async () => {
    await expect(run('/endless', [{ do: 'wait', selector: '#never' }], {}, 4_000)).rejects.toMatchObject({ code: expect.stringMatching(/BROWSER_(TIMEOUT|UNREACHABLE)/) as string })
    await expect.poll(alive, { timeout: 30_000 }).toEqual([])
    expect(profiles()).toEqual([])
  })

  test('a cancelled step closes it at once', async () => {
    const cancel = new AbortController()
    const opened = run('/never', [], {}, 100_000, cancel.signal)
    asked.length = 0
    await expect.poll(() => asked, { timeout: 90_000 }).toContain('open /never')
    if (process.platform === 'linux') expect(alive()).not.toEqual([])
    cancel.abort(new Error('cancelled'))
    await expect(opened).rejects.toThrow('cancelled')
    await expect.poll(alive, { timeout: 30_000 }).toEqual([])
  })

  test.runIf(process.platform === 'linux')('one that takes too much memory is closed', async () => {
    expect(await groupMemory(2 ** 30)).toBe(0)
    await expect(run('/hungry', [{ do: 'wait', selector: '#never' }], { maxMemoryBytes: 700_000_000 })).rejects.toMatchObject({ code: 'BROWSER_TOO_MUCH' })
  })
})
