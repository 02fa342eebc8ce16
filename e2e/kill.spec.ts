import { rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@playwright/test'
import Database from 'better-sqlite3'
import { io } from 'socket.io-client'
import { LARGE_BYTES } from '../domain/run/large-value'
import { newDataDir, startHeddle } from './heddle-process'
import { ports } from './ports'

/** How many times the server is killed; `.ci/run` asks for 50. */
const ROUNDS = Number(process.env.HEDDLE_KILLS ?? 10)
const PORT = ports.own

type Line = { seq: number; at: string; type: string; nodeId?: string; output?: { blob?: string } }

/** A chain of 20 nodes: agents, and transforms that read them. */
function chainOf20() {
  const nodes = Array.from({ length: 20 }, (_, index) => {
    const id = `n${index}`
    const base = { id, name: `Node ${index}`, position: { x: index * 300, y: 0 } }
    if (index === 0) return { ...base, type: 'input', config: {} }
    if (index === 19) return { ...base, type: 'output', config: { value: 'steps.n18.output' } }
    if (index % 3 === 1) return { ...base, type: 'agent', config: { prompt: `Say something about {{ input.topic }}, part ${index}`, maxTokens: 24 } }
    // Beyond what stands in an event: stored apart, in the transaction of the event.
    if (index % 3 === 0) return { ...base, type: 'transform', config: { expression: `{"n": ${index}, "blob": input.blob}` } }
    return { ...base, type: 'transform', config: { expression: `steps.n${index - 1}.output` } }
  })
  const edges = nodes.slice(1).map((node, index) => ({ id: `e${index}`, source: `n${index}`, target: node.id }))
  return { nodes, edges }
}

test('killed at random moments, a run of 20 nodes ends with every step completed once', async () => {
  test.setTimeout(ROUNDS * 30_000 + 240_000)
  const dataDir = newDataDir()
  let seed = 20261120
  const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648
  let heddle = await startHeddle({ port: PORT, dataDir })
  const call = async (path: string, body?: unknown) => {
    const reply = await fetch(heddle.url + path, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
    return reply
  }
  const workflow = (await (await call('/api/workflows', { name: 'Chain of 20', graph: chainOf20() })).json()) as { id: string }
  let midway = 0
  for (let round = 0; round < ROUNDS; round++) {
    const run = (await (await call(`/api/workflows/${workflow.id}/runs`, { input: { topic: 'looms', blob: 'x'.repeat(LARGE_BYTES) }, version: 'draft' })).json()) as { id: string }
    await new Promise((resolve) => setTimeout(resolve, random() * 1_200))
    await heddle.kill('SIGKILL')
    const killedAt = Date.now()
    heddle = await startHeddle({ port: PORT, dataDir })
    let status = ''
    await expect.poll(async () => (status = ((await (await call(`/api/runs/${run.id}`)).json()) as { status: string }).status), { timeout: 30_000 }).toBe('completed')
    expect(status).toBe('completed')
    const lines = (await (await call(`/api/runs/${run.id}/events`)).text()).trim().split('\n').map((line) => JSON.parse(line) as Line)
    expect(lines.map((line) => line.seq)).toEqual(lines.map((_, index) => index + 1))
    const completed = lines.filter((line) => line.type === 'step.completed').map((line) => line.nodeId)
    expect(completed.toSorted()).toEqual(chainOf20().nodes.map((node) => node.id).toSorted())
    const large = lines.filter((line) => line.type === 'step.completed' && line.nodeId !== 'n0' && Number(line.nodeId?.slice(1)) % 3 === 0)
    expect(large.map((line) => line.output?.blob?.length)).toEqual(large.map(() => LARGE_BYTES))
    if (lines.some((line) => Date.parse(line.at) < killedAt) && lines.some((line) => Date.parse(line.at) > killedAt)) midway += 1
  }
  // The kills have to have hit runs at work, else this shows nothing.
  expect(midway).toBeGreaterThan(ROUNDS / 4)
  await heddle.kill('SIGTERM')
  // A value that no event came to would stay for good.
  const stored = storedValues(dataDir)
  expect(stored.values).toBeGreaterThanOrEqual(7)
  expect(stored.unheld).toBe(0)
  rmSync(dataDir, { recursive: true, force: true })
})

function storedValues(dataDir: string): { values: number; unheld: number } {
  const db = new Database(join(dataDir, 'heddle.db'))
  try {
    return db.prepare('SELECT count(*) AS "values", count(*) FILTER (WHERE "hash" NOT IN (SELECT "hash" FROM "RunLargeValue")) AS "unheld" FROM "LargeValue"').all()[0] as { values: number; unheld: number }
  } finally {
    db.close()
  }
}

/** The world outside: holds each request until it is let go. */
async function openSink() {
  const asked: string[] = []
  const held: ServerResponse[] = []
  const sink = createServer((request, response) => {
    asked.push(String(request.headers['idempotency-key']))
    held.push(response)
  })
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve))
  return { asked, letGo: () => held.splice(0).forEach((response) => response.end('{}')), port: (sink.address() as AddressInfo).port, close: () => (sink.closeAllConnections(), sink.close()) }
}

/** As a page hears it. @returns resolves once the connection has ended */
async function openLive(url: string, transport: 'websocket' | 'polling'): Promise<{ ended: Promise<string> }> {
  const socket = io(url, { path: '/live', transports: [transport], reconnection: false, forceNew: true })
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject))
  return { ended: new Promise((resolve) => socket.once('disconnect', resolve)) }
}

/** A call of the router, whose answer has begun. @returns what came of it in all, or nothing if it broke off */
async function openStream(url: string): Promise<{ whole: Promise<string | undefined> }> {
  const { data } = (await (await fetch(`${url}/v1/models`)).json()) as { data: { id: string }[] }
  const reply = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ model: data[0]?.id, stream: true, max_tokens: 120, ignore_eos: true, messages: [{ role: 'user', content: 'Count' }] }) })
  return { whole: reply.text().catch(() => undefined) }
}

test('told to end, it sends its clients away, takes nothing new, finishes the calls and the step at work, and leaves the rest to the next start', async () => {
  const sink = await openSink()
  const dataDir = newDataDir()
  const start = () => startHeddle({ port: PORT, dataDir, env: { HEDDLE_EGRESS_ALLOW: `127.0.0.1:${sink.port}` } })
  let heddle = await start()
  const post = async (path: string, body: unknown) => (await (await fetch(heddle.url + path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })).json()) as { id: string }
  const node = (id: string, type: string, config: object) => ({ id, type, name: id, position: { x: 0, y: 0 }, config })
  const call = { method: 'POST', url: `http://127.0.0.1:${sink.port}/` }
  const graph = { nodes: [node('in', 'input', {}), node('a', 'http', call), node('b', 'http', call)], edges: [{ id: 'e1', source: 'in', target: 'a' }, { id: 'e2', source: 'a', target: 'b' }] }
  const { id } = await post('/api/workflows', { name: 'Two calls', graph })
  const run = await post(`/api/workflows/${id}/runs`, { input: {}, version: 'draft' })
  await expect.poll(() => sink.asked).toEqual([`${run.id}/a`])

  const pages = await Promise.all([openLive(heddle.url, 'websocket'), openLive(heddle.url, 'polling')])
  const stream = await openStream(heddle.url)

  const ended = heddle.kill('SIGTERM')
  await expect.poll(() => fetch(heddle.url).then(() => 'answers', () => 'gone')).toBe('gone')
  await Promise.all(pages.map((page) => page.ended))
  expect(await stream.whole).toContain('data: [DONE]')
  // It waits for the step, and begins no other.
  expect(heddle.child.exitCode).toBeNull()
  sink.letGo()
  await ended
  expect([heddle.child.exitCode, sink.asked]).toEqual([0, [`${run.id}/a`]])

  heddle = await start()
  await expect.poll(() => sink.asked, { timeout: 30_000 }).toEqual([`${run.id}/a`, `${run.id}/b`])
  sink.letGo()
  await expect.poll(async () => ((await (await fetch(`${heddle.url}/api/runs/${run.id}`)).json()) as { status: string }).status).toBe('completed')
  await heddle.kill('SIGTERM')
  sink.close()
  rmSync(dataDir, { recursive: true, force: true })
})
