import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAllowed, isPublicAddress } from './egress-guard'
import { createEgressHttpClient } from './egress-http-client'

type Seen = { url: string; method: string; headers: IncomingMessage['headers']; body: string }
const seen: Seen[] = []
let base = ''
let port = 0

const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => (body += chunk.toString()))
  request.on('end', () => {
    seen.push({ url: request.url ?? '', method: request.method ?? '', headers: request.headers, body })
    answer(request.url ?? '', response)
  })
})

function answer(url: string, response: ServerResponse): void {
  const path = url.split('?')[0]!
  if (path === '/json') response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end('{"a":[1]}')
  else if (path === '/bad-json') response.writeHead(200, { 'content-type': 'application/json' }).end('{')
  else if (path === '/busy') response.writeHead(503, { 'retry-after': '1' }).end('busy')
  else if (path === '/big') response.writeHead(200).end(Buffer.alloc(6 * 1024 * 1024))
  else if (path === '/never') return
  else if (path === '/cut') response.writeHead(200, { 'content-length': '100' }).write('part', () => response.destroy())
  else if (path === '/loop') response.writeHead(302, { location: '/loop' }).end()
  else if (path === '/to') response.writeHead(Number(new URL(url, base).searchParams.get('status')), { location: new URL(url, base).searchParams.get('url')! }).end()
  else response.writeHead(200, { 'content-type': 'text/plain' }).end('text')
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  base = `http://127.0.0.1:${port}`
})
afterAll(async () => {
  await client.close()
  await closed.close()
  server.closeAllConnections()
  server.close()
})

const client = createEgressHttpClient({ allow: ['127.0.0.1', 'localhost'], timeoutMs: 2_000 })
const closed = createEgressHttpClient({ timeoutMs: 2_000 })
const never = new AbortController().signal
const ask = (url: string, over: Partial<Parameters<typeof client.send>[0]> = {}, with_ = client) => with_.send({ method: 'GET', url, headers: {}, idempotencyKey: 'run_1/n', ...over }, never)

describe('addresses', () => {
  it.each(['127.0.0.1', '127.8.8.8', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '255.255.255.255', '224.0.0.1', '::1', '::', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:7f00:1', 'fe80::1', 'fc00::1', 'fd12::1', '64:ff9b::7f00:1', '2002:7f00:1::', '2001:db8::1', 'ff02::1', 'nonsense', ''])('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
  it.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '2606:4700::1111'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })
  it('allows by host or by host and port', () => {
    expect(isAllowed(['Example.test'], 'example.test', '80')).toBe(true)
    expect(isAllowed(['example.test:81'], 'example.test', '80')).toBe(false)
    expect(isAllowed(['[::1]:81'], '[::1]', '81')).toBe(true)
  })
})

describe('the guard', () => {
  it.each(['http://127.0.0.1', 'http://localhost', 'http://[::1]', 'http://[::ffff:127.0.0.1]', 'http://2130706433', 'http://0x7f.1', 'http://127.1', 'http://0'])('refuses %s before a byte is sent', async (host) => {
    const before = seen.length
    await expect(ask(`${host}:${port}/`, {}, closed)).rejects.toMatchObject({ code: 'EGRESS_REFUSED', retryable: false })
    expect(seen.length).toBe(before)
  })

  it('refuses a public name that resolves to a private address, also beside a public one', async () => {
    for (const addresses of [[{ address: '127.0.0.1', family: 4 }], [{ address: '8.8.8.8', family: 4 }, { address: '::ffff:127.0.0.1', family: 6 }]]) {
      const lookup = ((_host: string, _options: unknown, callback: (error: null, all: unknown) => void) => callback(null, addresses)) as never
      const rebound = createEgressHttpClient({ lookup, timeoutMs: 2_000 })
      await expect(ask(`http://public.test:${port}/`, {}, rebound)).rejects.toMatchObject({ code: 'EGRESS_REFUSED' })
      await rebound.close()
    }
  })

  it('refuses a redirect to a private address', async () => {
    const half = createEgressHttpClient({ allow: [`127.0.0.1:${port}`], timeoutMs: 2_000 })
    await expect(ask(`${base}/to?status=302&url=${encodeURIComponent(`http://localhost:${port}/json`)}`, {}, half)).rejects.toMatchObject({ code: 'EGRESS_REFUSED' })
    await half.close()
  })

  it.each(['file:///etc/passwd', 'ftp://example.test', 'http://user:pw@example.test', 'nonsense', 'javascript:1'])('refuses %s', async (url) => {
    await expect(ask(url)).rejects.toMatchObject({ code: 'EGRESS_REFUSED' })
  })
})

describe('a call', () => {
  it('gives JSON as JSON and the rest as text, any status', async () => {
    expect(await ask(`${base}/json`)).toMatchObject({ status: 200, body: { a: [1] } })
    expect(await ask(`${base}/bad-json`)).toMatchObject({ status: 200, body: '{' })
    expect(await ask(`${base}/busy`)).toMatchObject({ status: 503, body: 'busy', headers: { 'retry-after': '1' } })
  })

  it('carries the idempotency key and the body, and no header of the connection', async () => {
    await ask(`${base}/text`, { method: 'post', body: '{"x":1}', headers: { 'Content-Type': 'application/json', Host: 'evil', 'Transfer-Encoding': 'chunked', 'X-Key': 'k' } })
    expect(seen.at(-1)).toMatchObject({ method: 'POST', body: '{"x":1}', headers: { 'idempotency-key': 'run_1/n', 'x-key': 'k', host: `127.0.0.1:${port}` } })
  })

  it('follows redirects, turning POST to GET where the status says so', async () => {
    expect(await ask(`${base}/to?status=302&url=/json`, { method: 'POST', body: 'x' })).toMatchObject({ body: { a: [1] } })
    expect(seen.at(-1)).toMatchObject({ method: 'GET', body: '' })
    await ask(`${base}/to?status=307&url=/text`, { method: 'POST', body: 'x' })
    expect(seen.at(-1)).toMatchObject({ method: 'POST', body: 'x' })
    await expect(ask(`${base}/loop`)).rejects.toMatchObject({ code: 'EGRESS_REFUSED', message: expect.stringContaining('5 times') })
  })

  it('drops credentials on the way to another origin, and keeps them within one', async () => {
    const headers = { Authorization: 'Bearer secret', 'X-Api-Key': 'secret', Cookie: 'a=b', 'Accept-Language': 'ko' }
    await ask(`${base}/to?status=307&url=${encodeURIComponent(`http://localhost:${port}/text`)}`, { headers })
    expect(seen.at(-1)!.headers).toMatchObject({ 'accept-language': 'ko', host: `localhost:${port}` })
    for (const name of ['authorization', 'x-api-key', 'cookie']) expect(seen.at(-1)!.headers).not.toHaveProperty(name)
    await ask(`${base}/to?status=307&url=/text`, { headers })
    expect(seen.at(-1)!.headers.authorization).toBe('Bearer secret')
  })

  it('refuses an answer above 5 MB', async () => {
    await expect(ask(`${base}/big`)).rejects.toMatchObject({ code: 'HTTP_TOO_LARGE' })
  })

  it('says when nothing answers, or half an answer', async () => {
    await expect(ask('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'HTTP_UNREACHABLE', retryable: true })
    await expect(ask(`${base}/cut`)).rejects.toMatchObject({ code: 'HTTP_UNREACHABLE' })
  })

  it('rejects with the reason of an abort', async () => {
    const abort = new AbortController()
    const call = client.send({ method: 'GET', url: `${base}/never`, headers: {}, idempotencyKey: 'k' }, abort.signal)
    setTimeout(() => abort.abort(new Error('cancelled')), 20)
    await expect(call).rejects.toThrow('cancelled')
  })
})
