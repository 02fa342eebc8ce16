/**
 * Real processes on a real PostgreSQL: one serves, three work at runs whose agents call a tool, one of them is killed every
 * few seconds, one is frozen past its lease, and the database is restarted once. Run by .ci/run after a build; HEDDLE_TEST_RUNS says how many runs.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { graphOf } from '@/server/engine/engine-world.suite'
import { connectionOf } from '@/server/adapters/prisma/postgres-client'

const server = process.env.HEDDLE_TEST_POSTGRES
const RUNS = Number(process.env.HEDDLE_TEST_RUNS ?? 500)
const PORT = Number(process.env.HEDDLE_TEST_PORT ?? 3700)
/** Runs at work in all processes together. */
const MOST = 10
const KILL_EVERY_MS = 4_000
const stops: (() => void)[] = []
afterAll(() => stops.reverse().forEach((stop) => stop()))
const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** The outside world: what was asked of it, by idempotency key. */
async function openSink() {
  const asked = new Map<string, number>()
  /** Calls at once: each run makes one at a time. */
  let [open, most] = [0, 0]
  const sink = createServer((request, response) => {
    const key = String(request.headers['idempotency-key'])
    asked.set(key, (asked.get(key) ?? 0) + 1)
    request.resume()
    most = Math.max(most, ++open)
    // Long enough to be killed within.
    setTimeout(() => (open--, response.end('{}')), 150)
  })
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve))
  stops.push(() => sink.close())
  return { asked, most: () => most, port: (sink.address() as AddressInfo).port }
}

function start(index: number, env: Record<string, string>): { child: ChildProcess; port: number } {
  const dataDir = mkdtempSync(join(tmpdir(), 'heddle-process-'))
  const port = PORT + index
  const child = spawn(process.execPath, ['dist/server.mjs'], { env: { ...process.env, NODE_ENV: 'production', PORT: String(port), HEDDLE_DATA_DIR: dataDir, HEDDLE_LOG_LEVEL: 'CRITICAL', ...env }, stdio: 'ignore' })
  stops.push(() => {
    child.kill('SIGKILL')
    rmSync(dataDir, { recursive: true, force: true })
  })
  return { child, port }
}

async function healthy(port: number): Promise<void> {
  for (let turn = 0; turn < 300; turn++) {
    if (await fetch(`http://127.0.0.1:${port}/api/health`).then((reply) => reply.ok, () => false)) return
    await after(200)
  }
  throw new Error(`Nobody answers on ${port}`)
}

/** Until it is answered: the database may be away for a moment. */
async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<{ id: string }> {
  for (let turn = 0; ; turn++) {
    const reply = await fetch(`http://127.0.0.1:${PORT}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }).catch(() => undefined)
    if (reply?.ok) return (await reply.json()) as { id: string }
    if (turn > 60) throw new Error(`${path} answers ${reply?.status}: ${await reply?.text()}`)
    await after(500)
  }
}

describe.skipIf(server === undefined || !existsSync('dist/server.mjs'))('several processes', () => {
  it(`lose none of ${RUNS} runs and double nothing, while they are killed and frozen and the database is restarted`, async () => {
    const sink = await openSink()
    const name = `heddle_processes_${process.pid}`
    const admin = new Client(connectionOf(server!))
    await admin.connect()
    await admin.query(`CREATE DATABASE ${name}`)
    await admin.end()
    const url = Object.assign(new URL(server!), { pathname: `/${name}` }).href
    const fleet = spawn(process.execPath, ['dist/fleet.mjs', '--instances', '2', '--port', String(PORT + 50), '--time-scale', '50'], { stdio: 'ignore' })
    stops.push(() => fleet.kill('SIGKILL'))
    const env = { DATABASE_URL: url, HEDDLE_FLEET: `http://127.0.0.1:${PORT + 50},http://127.0.0.1:${PORT + 51}`, HEDDLE_EGRESS_ALLOW: `127.0.0.1:${sink.port}`, HEDDLE_MAX_RUNS: String(MOST) }
    const web = start(0, { ...env, HEDDLE_ROLES: 'web,router' })
    const engines = [1, 2, 3].map((index) => start(index, { ...env, HEDDLE_ROLES: 'engine' }))
    await Promise.all([web, ...engines].map(({ port }) => healthy(port)))

    const call = { method: 'POST', url: `http://127.0.0.1:${sink.port}/` }
    // The agent calls its tool, which is a step of its own, and then answers.
    const tools = [{ name: 'send', description: 'Sends a word', parameters: { type: 'object', properties: {} }, run: { kind: 'http', ...call } }]
    const graph = graphOf({ in: ['input'], first: ['http', call], think: ['agent', { prompt: 'Send a word', maxTokens: 32, tools }], out: ['output', { value: '1' }] }, 'in -> first', 'first -> think', 'think -> out')
    const { id } = await post('/api/workflows', { name: 'Effects', graph })

    let over = false
    let kills = 0
    const trouble = (async () => {
      for (let turn = 0; !over; turn++) {
        await after(KILL_EVERY_MS)
        if (over) return
        const index = turn % engines.length
        if (turn === 2) {
          // Past its lease; what it was at, it goes on with when it thaws.
          const { child } = engines[index]!
          child.kill('SIGSTOP')
          setTimeout(() => child.kill('SIGCONT'), 20_000)
          continue
        }
        if (turn === 4) restartDatabase()
        if (turn > 12) continue
        engines[index]!.child.kill('SIGKILL')
        kills += 1
        engines[index] = start(index + 1, { ...env, HEDDLE_ROLES: 'engine' })
      }
    })()

    const runs: string[] = []
    for (let index = 0; index < RUNS; index += 10) {
      runs.push(...(await Promise.all(Array.from({ length: Math.min(10, RUNS - index) }, (_, own) => post(`/api/workflows/${id}/runs`, { input: {}, version: 'draft' }, { 'idempotency-key': `start-${index + own}` })))).map((run) => run.id))
      await after(20_000 / (RUNS / 10))
    }
    const database = new Client(connectionOf(url))
    await database.connect()
    for (let turn = 0; turn < 180; turn++) {
      const { rows } = await database.query<{ count: string }>(`SELECT count(*) FROM "Run" WHERE "status" IN ('queued', 'running', 'waiting')`)
      if (rows[0]!.count === '0') break
      await after(1_000)
    }
    over = true
    await trouble

    const { rows: ends } = await database.query<{ status: string; count: string }>('SELECT "status", count(*) FROM "Run" GROUP BY "status"')
    const { rows: twice } = await database.query(`SELECT "runId", "data"::json->>'nodeId' AS node FROM "RunEvent" WHERE "type" = 'step.completed' GROUP BY 1, 2 HAVING count(*) > 1`)
    const { rows: gaps } = await database.query('SELECT "runId" FROM "RunEvent" GROUP BY "runId" HAVING count(*) <> max("seq")')
    await database.end()
    const repeated = [...sink.asked.values()].filter((count) => count > 1).length
    process.stdout.write(`${RUNS} runs, ${kills} kills, one freeze, one restart of PostgreSQL: ${sink.asked.size} effects under a key of their own, ${repeated} of them asked for again after an interruption; at most ${sink.most()} at once of ${MOST} allowed.\n`)
    expect(new Set(runs).size).toBe(RUNS)
    expect(ends.map(({ status, count }) => `${count} ${status}`)).toEqual([`${RUNS} completed`])
    expect([twice, gaps]).toEqual([[], []])
    expect([...sink.asked.keys()].toSorted()).toEqual(runs.flatMap((run) => [`${run}/first`, `${run}/think[0].send`]).toSorted())
    expect(sink.most()).toBeLessThanOrEqual(MOST)
    expect(kills).toBeGreaterThan(2)
  }, 400_000)
})

function restartDatabase(): void {
  const { HEDDLE_TEST_POSTGRES_CTL: ctl, HEDDLE_TEST_POSTGRES_HOME: home } = process.env
  if (ctl === undefined || home === undefined) return
  const command = [ctl, '-D', join(home, 'data'), '-l', join(home, 'server.log'), '-m', 'fast', '-w', 'restart']
  spawnSync(process.getuid?.() === 0 ? 'runuser' : command[0]!, process.getuid?.() === 0 ? ['-u', 'postgres', '--', ...command] : command.slice(1), { stdio: 'ignore' })
}
