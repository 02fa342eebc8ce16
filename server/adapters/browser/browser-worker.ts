// A program of its own: one job by stdin, one answer on descriptor 3. Chromium is its child, in the same process group, and
// is driven through two pipes, so that no port is open for it.
import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { chromium, type ConnectOverCDPTransport, type Page } from 'playwright-core'
import type { BrowserAct, BrowserErrorCode, BrowserResult } from '@/server/ports/browser-runner'

export type WorkerJob = { file: string; args: string[]; url: string; actions: BrowserAct[]; actionMs: number; maxText: number; maxScreenshotBytes: number }
export type WorkerAnswer = { ok: true; result: Omit<BrowserResult, 'refused'> } | { ok: false; code: BrowserErrorCode; message: string }

class Failed extends Error {
  readonly code: BrowserErrorCode
  constructor(code: BrowserErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** DevTools messages end with a zero byte. */
function pipes(input: Writable, output: Readable): ConnectOverCDPTransport {
  const parts: Buffer[] = []
  const transport: ConnectOverCDPTransport = {
    send: (message) => void input.write(`${JSON.stringify(message)}\0`),
    close: () => input.end(),
  }
  input.on('error', () => undefined)
  output.on('data', (chunk: Buffer) => {
    let from = 0
    for (let end = chunk.indexOf(0); end >= 0; end = chunk.indexOf(0, from)) {
      parts.push(chunk.subarray(from, end))
      transport.onmessage?.(JSON.parse(Buffer.concat(parts.splice(0)).toString('utf8')) as object)
      from = end + 1
    }
    parts.push(chunk.subarray(from))
  })
  output.on('close', () => transport.onclose?.('The browser ended'))
  return transport
}

async function open(page: Page, url: string, timeout: number): Promise<void> {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw new Failed('BROWSER_REFUSED', `“${url.slice(0, 200)}” is not an address over HTTP`)
  try {
    await page.goto(url, { timeout, waitUntil: 'load' })
  } catch (error) {
    throw new Failed('BROWSER_UNREACHABLE', `${url} could not be opened: ${firstLine(error)}`)
  }
}

async function perform(page: Page, act: BrowserAct, job: WorkerJob, result: Omit<BrowserResult, 'refused'>): Promise<void> {
  const timeout = job.actionMs
  switch (act.do) {
    case 'goto':
      return open(page, act.url, timeout)
    case 'click':
      return page.locator(act.selector).first().click({ timeout })
    case 'fill':
      return page.locator(act.selector).first().fill(act.value, { timeout })
    case 'wait':
      return page.locator(act.selector).first().waitFor({ timeout })
    case 'text':
      result.values[act.as] = (await page.locator(act.selector).first().innerText({ timeout })).slice(0, job.maxText)
      return
    case 'attribute':
      result.values[act.as] = (await page.locator(act.selector).first().getAttribute(act.name, { timeout }))?.slice(0, job.maxText) ?? null
      return
    case 'screenshot': {
      const data = await page.screenshot({ type: 'jpeg', quality: 55, timeout, animations: 'disabled', caret: 'hide' })
      if (data.length > job.maxScreenshotBytes) throw new Failed('BROWSER_TOO_MUCH', `The screenshot has ${data.length} bytes; at most ${job.maxScreenshotBytes} are kept`)
      const { width, height } = page.viewportSize() ?? { width: 0, height: 0 }
      result.screenshots.push({ name: act.as, width, height, mediaType: 'image/jpeg', data: data.toString('base64') })
    }
  }
}

async function work(job: WorkerJob): Promise<WorkerAnswer> {
  const child = spawn(job.file, job.args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'], env: { HOME: '/tmp', PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' } as unknown as NodeJS.ProcessEnv })
  let said = ''
  child.stderr!.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000)))
  const ended = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(new Failed('BROWSER_MISSING', `${job.file} could not be started: ${error.message}`)))
    child.once('exit', (code, signal) => reject(new Failed('BROWSER_ENDED', `The browser ended (${signal ?? `exit ${code}`}): ${said.trim().split('\n').at(-1) ?? ''}`)))
  })
  const done = (async (): Promise<WorkerAnswer> => {
    const browser = await chromium.connectOverCDP(pipes(child.stdio[3] as Writable, child.stdio[4] as Readable))
    const context = await browser.newContext({ acceptDownloads: false, serviceWorkers: 'block', viewport: { width: 1024, height: 720 } })
    const page = await context.newPage()
    // What a page asks a person is answered no.
    page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined))
    const result: Omit<BrowserResult, 'refused'> = { url: '', title: '', text: '', values: {}, screenshots: [] }
    await open(page, job.url, job.actionMs)
    for (const [index, act] of job.actions.entries()) {
      try {
        await perform(page, act, job, result)
      } catch (error) {
        if (error instanceof Failed) throw error
        throw new Failed('BROWSER_ACTION_FAILED', `Action ${index + 1} (${act.do}${'selector' in act ? ` ${act.selector}` : ''}): ${firstLine(error)}`)
      }
    }
    result.url = page.url()
    result.title = (await page.title()).slice(0, 1_000)
    result.text = (await page.locator('body').innerText({ timeout: job.actionMs })).slice(0, job.maxText)
    return { ok: true, result }
  })()
  return Promise.race([done, ended]).catch((error: unknown): WorkerAnswer => ({ ok: false, code: error instanceof Failed ? error.code : 'BROWSER_ENDED', message: error instanceof Error ? firstLine(error) : String(error) }))
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!
}

const answer = await work(JSON.parse(await text(process.stdin)) as WorkerJob)
// The group, the browser in it, is ended by who started it.
createWriteStream('', { fd: 3 }).end(JSON.stringify(answer), () => process.exit(0))
