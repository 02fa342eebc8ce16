import { createServer, type Server, type ServerResponse } from 'node:http'
import { mkdtemp, rename, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Discovery } from '@/server/ports/discovery'
import { dnsDiscovery } from './dns-discovery'
import { fileDiscovery } from './file-discovery'
import { kubernetesDiscovery } from './kubernetes-discovery'

const stops: (() => void)[] = []
afterEach(() => stops.splice(0).forEach((stop) => stop()))

/** What a watch told, to be awaited one by one. */
function watched(discovery: Discovery) {
  const told: string[] = []
  const waiting: ((text: string) => void)[] = []
  const tell = (text: string): void => {
    const next = waiting.shift()
    if (next) next(text)
    else told.push(text)
  }
  stops.push(discovery.watch((urls) => tell(urls.join(' ')), (reason) => tell(`trouble: ${reason}`)))
  return { next: () => new Promise<string>((resolve) => (told.length > 0 ? resolve(told.shift()!) : waiting.push(resolve))), told }
}

/** Looks when told to. */
function byHand() {
  let due: (() => void) | undefined
  return {
    again: (look: () => void) => ((due = look), () => (due = undefined)),
    async look(): Promise<void> {
      while (!due) await new Promise((resolve) => setImmediate(resolve))
      const now = due
      due = undefined
      now()
      while (!due) await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

describe('dns', () => {
  test('every address is an instance; a name that cannot be resolved changes nothing', async () => {
    const hand = byHand()
    let answer: { address: string; family: number }[] | Error = [{ address: '10.0.0.2', family: 4 }, { address: '10.0.0.1', family: 4 }, { address: 'fd00::1', family: 6 }]
    const { next, told } = watched(dnsDiscovery(new URL('http://vllm.local:8000/base'), { again: hand.again, resolve: () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)) }))
    expect(await next()).toBe('http://10.0.0.1:8000/base http://10.0.0.2:8000/base http://[fd00::1]:8000/base')
    answer = new Error('no such name')
    await hand.look()
    await hand.look()
    expect(await next()).toBe('trouble: no such name')
    answer = [{ address: '10.0.0.3', family: 4 }]
    await hand.look()
    expect(await next()).toBe('http://10.0.0.3:8000/base')
    await hand.look()
    expect(told).toEqual([])
  })

  test('a name that the system knows', async () => {
    const { next } = watched(dnsDiscovery(new URL('http://localhost:8000')))
    expect(await next()).toMatch(/http:\/\/(127\.0\.0\.1|\[::1\]):8000/)
  })
})

describe('file', () => {
  test('lines or JSON, replaced at any time; what cannot be read changes nothing', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'heddle-fleet-'))
    const file = join(dir, 'fleet.txt')
    const hand = byHand()
    const { next } = watched(fileDiscovery(file, hand.again))
    expect(await next()).toMatch(/^trouble: ENOENT/)
    await writeFile(file, '# ours\nhttp://b:8000 # the second\n\nhttp://a:8000\n')
    await hand.look()
    expect(await next()).toBe('http://a:8000 http://b:8000')
    await writeFile(`${file}.new`, '["http://c:8000", "http://c:8000"]')
    await rename(`${file}.new`, file)
    await hand.look()
    await hand.look()
    expect(await next()).toBe('http://c:8000')
    await writeFile(file, 'http://c:8000\nc:8000')
    await hand.look()
    await hand.look()
    expect(await next()).toMatch(/^trouble: .* must list base URLs .* not "c:8000"$/)
    await writeFile(file, '[]')
    await hand.look()
    await hand.look()
    expect(await next()).toBe('')
  })

  test('a file that is just being written takes no instance away', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'heddle-fleet-')), 'fleet.txt')
    const hand = byHand()
    await writeFile(file, 'http://a:8000\nhttp://b:8000\n')
    const { next, told } = watched(fileDiscovery(file, hand.again))
    expect(await next()).toBe('http://a:8000 http://b:8000')
    for (const half of ['', 'http://a:8', 'http://a:8000\nhttp://b:8000\nhttp://c:8000\n']) {
      await writeFile(file, half)
      await hand.look()
    }
    expect(told).toEqual([])
    await hand.look()
    expect(await next()).toBe('http://a:8000 http://b:8000 http://c:8000')
  })
})

/** An API server that knows one service. */
async function fakeApi() {
  const watches: ServerResponse[] = []
  const asked: { url: string; authorization: string | undefined }[] = []
  let items: unknown[] = []
  let refuse: number | undefined
  const server: Server = createServer((request, response) => {
    asked.push({ url: request.url ?? '', authorization: request.headers.authorization })
    if (refuse !== undefined) return void response.writeHead(refuse).end()
    if (request.url?.includes('watch=1')) return void (response.flushHeaders(), watches.push(response))
    response.end(JSON.stringify({ kind: 'EndpointSliceList', metadata: { resourceVersion: '7' }, items }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => (server.closeAllConnections(), server.close()))
  const dir = await mkdtemp(join(tmpdir(), 'heddle-k8s-'))
  await writeFile(join(dir, 'token'), 'secret\n')
  const open = async (): Promise<ServerResponse> => {
    while (watches.length === 0) await new Promise((resolve) => setImmediate(resolve))
    return watches.shift()!
  }
  return {
    asked, open,
    set: (slices: unknown[]) => (items = slices),
    refuseWith: (status: number | undefined) => (refuse = status),
    discovery: kubernetesDiscovery({ apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, namespace: 'ml', service: 'vllm', port: 'http', credentialsDir: dir, retryMs: 1 }),
  }
}
const slice = (name: string, endpoints: object[]) => ({ metadata: { name, resourceVersion: '8' }, addressType: 'IPv4', ports: [{ name: 'metrics', port: 9000 }, { name: 'http', port: 8000 }], endpoints })
const ready = (address: string, conditions: object = { ready: true }) => ({ addresses: [address], conditions })

describe('kubernetes', () => {
  test('lists, watches, lists again after an error; only ready endpoints count', async () => {
    const api = await fakeApi()
    api.set([slice('a', [ready('10.0.0.1'), ready('10.0.0.2', { ready: false }), ready('10.0.0.3', { ready: true, terminating: true })])])
    const { next } = watched(api.discovery)
    expect(await next()).toBe('http://10.0.0.1:8000')
    let watch = await api.open()
    const event = JSON.stringify({ type: 'ADDED', object: slice('b', [ready('10.0.1.1')]) })
    // A line may come in any pieces.
    watch.write(event.slice(0, 40))
    watch.write(`${event.slice(40)}\n${JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '9' } } })}\n`)
    expect(await next()).toBe('http://10.0.0.1:8000 http://10.0.1.1:8000')
    watch.write(`${JSON.stringify({ type: 'DELETED', object: slice('a', []) })}\n`)
    expect(await next()).toBe('http://10.0.1.1:8000')
    api.set([slice('c', [ready('10.0.2.1')])])
    watch.end(`${JSON.stringify({ type: 'ERROR', object: { code: 410 } })}\n`)
    expect(await next()).toBe('http://10.0.2.1:8000')
    watch = await api.open()
    expect(api.asked[0]).toEqual({ url: '/apis/discovery.k8s.io/v1/namespaces/ml/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dvllm', authorization: 'Bearer secret' })
    expect(api.asked[1]?.url).toContain('resourceVersion=7')
  })

  test('a refusal says what is missing, and is tried again', async () => {
    const api = await fakeApi()
    api.refuseWith(403)
    const { next } = watched(api.discovery)
    expect(await next()).toBe('trouble: the Kubernetes API answered 403; the service account needs list and watch on endpointslices')
    api.set([slice('a', [ready('10.0.0.1')])])
    api.refuseWith(undefined)
    expect(await next()).toBe('http://10.0.0.1:8000')
  })
})
