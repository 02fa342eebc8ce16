// B1. A page runs in processes of its own, and reaches the network by the guarded proxy alone.
// B2. Whatever ends a job (answer, limit, cancel, this process) ends the whole group, and removes its profile.
// B3. Time, memory, traffic, texts and screenshots are bounded; so are jobs at once.
import 'server-only'
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { text } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import type { buildConnector } from 'undici'
import { BrowserFailed, type BrowserErrorCode, type BrowserReport, type BrowserRunner } from '@/server/ports/browser-runner'
import { createTurns } from '@/server/ports/turns'
import type { WorkerAnswer, WorkerJob } from './browser-worker'
import { findChromium } from './find-chromium'
import { groupMemory } from './group-memory'
import { openGuardedProxy } from './guarded-proxy'

const WALL_MS = 60_000
const ACTION_MS = 15_000
const MAX_TEXT = 200_000
const MAX_SCREENSHOT_BYTES = 256 * 1024
const MAX_TRAFFIC_BYTES = 100 * 1024 * 1024
const MAX_MEMORY_BYTES = 1_536 * 1024 * 1024
const LOOK_MS = 500

type Options = {
  off: boolean
  /** Where Chromium is; left out, the usual places. */
  chromium?: string | undefined
  /** Opens connections by the egress guard. */
  connect: buildConnector.connector
  /** The bundled program. */
  worker: URL
  atOnce?: number
  maxMemoryBytes?: number
}

export function createBrowserRunner({ off, chromium, connect, worker, atOnce = 2, maxMemoryBytes = MAX_MEMORY_BYTES }: Options): BrowserRunner {
  const file = off ? undefined : findChromium(chromium)
  // Chromium's own sandbox does not work for root.
  const asRoot = process.getuid?.() === 0
  const turns = createTurns(atOnce)

  function report(): BrowserReport {
    if (off) return { ready: false, message: 'Browser steps are switched off (HEDDLE_BROWSER=off)' }
    if (file === undefined) return { ready: false, message: chromium === undefined ? 'There is no Chromium on this server' : `There is no browser at ${chromium} (HEDDLE_CHROMIUM)` }
    return { ready: true, message: asRoot ? `${file}, without its own sandbox: this server runs as root` : file }
  }

  return {
    report,
    async run({ url, actions, wallMs = WALL_MS }, signal) {
      if (file === undefined) throw new BrowserFailed(off ? 'BROWSER_OFF' : 'BROWSER_MISSING', report().message)
      if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw new BrowserFailed('BROWSER_REFUSED', `“${url.slice(0, 200)}” is not an address over HTTP`)
      const release = await turns.take(signal)
      const profile = await mkdtemp(join(tmpdir(), 'heddle-browser-'))
      const job = new AbortController()
      const stop = (code: BrowserErrorCode, message: string) => job.abort(new BrowserFailed(code, message))
      const onAbort = () => job.abort(signal.reason)
      signal.addEventListener('abort', onAbort, { once: true })
      const proxy = await openGuardedProxy(connect)
      const traffic = setInterval(() => proxy.bytes() > MAX_TRAFFIC_BYTES && stop('BROWSER_TOO_MUCH', `The page moved more than ${MAX_TRAFFIC_BYTES} bytes and was closed`), LOOK_MS)
      const deadline = setTimeout(() => stop('BROWSER_TIMEOUT', `The page took longer than ${wallMs} ms and was closed`), wallMs)
      try {
        if (signal.aborted) onAbort()
        const given: WorkerJob = { file, args: [...argumentsOf(proxy.port, profile), ...(asRoot ? ['--no-sandbox'] : [])], url, actions: [...actions], actionMs: Math.min(ACTION_MS, wallMs), maxText: MAX_TEXT, maxScreenshotBytes: MAX_SCREENSHOT_BYTES }
        const answer = await runGroup(worker, given, job.signal, maxMemoryBytes, stop)
        const refused = proxy.refused()
        if (answer.ok) return { ...answer.result, refused }
        if (answer.code === 'BROWSER_UNREACHABLE' && refused.length > 0) throw new BrowserFailed('BROWSER_REFUSED', `${refused.join(', ')} may not be reached: ${answer.message}`)
        throw new BrowserFailed(answer.code, answer.message)
      } finally {
        clearTimeout(deadline)
        clearInterval(traffic)
        signal.removeEventListener('abort', onAbort)
        proxy.close()
        await rm(profile, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)
        release()
      }
    },
  }
}

/** Everything goes by the proxy, loopback and names too; nothing is asked for that the page does not ask for. */
function argumentsOf(port: number, profile: string): string[] {
  return [
    '--headless=new', '--remote-debugging-pipe', `--user-data-dir=${profile}`, `--proxy-server=127.0.0.1:${port}`, '--proxy-bypass-list=<-loopback>',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', '--disable-quic', '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
    '--no-first-run', '--no-default-browser-check', '--disable-background-networking', '--disable-component-update', '--disable-default-apps', '--disable-sync', '--disable-extensions',
    '--disable-domain-reliability', '--disable-breakpad', '--disable-crash-reporter', '--no-pings', '--metrics-recording-only', '--password-store=basic', '--use-mock-keychain',
    '--disable-features=MediaRouter,OptimizationHints,Translate,DialMediaRouteProvider', '--disable-gpu', '--disable-dev-shm-usage', '--mute-audio', '--hide-scrollbars',
    '--renderer-process-limit=3', '--js-flags=--max-old-space-size=384',
  ]
}

function runGroup(worker: URL, job: WorkerJob, signal: AbortSignal, maxMemoryBytes: number, stop: (code: BrowserErrorCode, message: string) => void): Promise<WorkerAnswer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error)
    const child = spawn(process.execPath, ['--max-old-space-size=256', fileURLToPath(worker)], { cwd: '/', env: { PATH: '/usr/bin:/bin' } as unknown as NodeJS.ProcessEnv, detached: true, stdio: ['pipe', 'ignore', 'pipe', 'pipe'] })
    const end = () => killGroup(child.pid)
    signal.addEventListener('abort', end, { once: true })
    const look = setInterval(() => {
      if (child.pid !== undefined) void groupMemory(child.pid).then((bytes) => bytes > maxMemoryBytes && stop('BROWSER_TOO_MUCH', `The page held more than ${maxMemoryBytes} bytes of memory and was closed`))
    }, LOOK_MS)
    let complaint = ''
    child.stderr!.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-2_000)))
    child.stdin!.on('error', () => undefined).end(JSON.stringify(job))
    const told = text(child.stdio[3] as Readable).catch(() => '')
    const done = () => {
      clearInterval(look)
      signal.removeEventListener('abort', end)
      end()
    }
    child.once('error', (error) => (done(), reject(error)))
    child.once('exit', () => {
      done()
      void told.then((answer) => {
        if (signal.aborted) return reject(signal.reason as Error)
        try {
          resolve(JSON.parse(answer) as WorkerAnswer)
        } catch {
          reject(new BrowserFailed('BROWSER_ENDED', `The browser ended without an answer${complaint === '' ? '' : `: ${complaint.trim().split('\n').at(-1)}`}`))
        }
      })
    })
  })
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It is gone already.
  }
}
