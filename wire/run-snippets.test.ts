import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '@/domain/json'
import type { RunId } from '@/domain/run/run-event'
import { fourAgents } from '@/domain/template/four-agents'
import { localActor as me } from '@/server/usecases/actor'
import { createUseCaseWorld } from '@/server/usecases/use-case-world.suite'
import { problemOf } from './problem'
import { runBody } from './run-body'
import { StartRunBody } from './runs'
import { runSnippet, type SnippetLanguage } from './run-snippets'

/** What a shell, a template or a string could stumble over. */
const INPUT: Json = { request: `It's "so": $(id) \`id\` \${x} \\n %s\n한국어 😀`, yes: true, no: false, none: null, list: [1, 2.5, [], {}] }
const ENV = { ...process.env, PYTHONIOENCODING: 'utf-8' }

/** The product's own use cases and shapes, behind a server as thin as the routes are. A run ends when it has been looked at once. */
async function serve() {
  const world = createUseCaseWorld()
  const { id: workflowId } = await world.workflows.create(me, { name: 'Four agents', graph: fourAgents.graph })
  const looked = new Set<string>()
  const answer = async (method: string, path: string, text: string): Promise<[status: number, body: unknown]> => {
    const start = /^\/api\/workflows\/([^/]+)\/runs$/.exec(path)
    if (method === 'POST' && start) {
      const { input } = StartRunBody.parse(JSON.parse(text))
      return [202, await world.runs.start(me, { workflowId: decodeURIComponent(start[1]!), input: input ?? {} })]
    }
    const id = /^\/api\/runs\/([^/]+)$/.exec(path)?.[1] as RunId
    const { run } = await world.runs.state(me, id)
    if (!looked.has(id)) looked.add(id)
    else if (run.status === 'queued') {
      const fails = typeof run.input === 'object' && run.input !== null && 'fail' in run.input
      await world.record(id, { type: 'run.started' }, fails ? { type: 'run.failed', error: { code: 'X', message: 'The loom broke', retryable: false } } : { type: 'run.completed', output: { heard: run.input } })
    }
    return [200, runBody(id, (await world.runs.state(me, id)).run)]
  }
  const server = createServer((request, reply) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      void answer(request.method ?? '', request.url ?? '', Buffer.concat(chunks).toString()).catch((error: unknown): [number, unknown] => [problemOf(error)?.status ?? 500, problemOf(error) ?? String(error)])
        .then(([status, body]) => reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, workflowId, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

let served: Awaited<ReturnType<typeof serve>>
let folder: string
beforeAll(async () => {
  served = await serve()
  folder = mkdtempSync(join(tmpdir(), 'heddle-snippets-'))
})
afterAll(() => {
  served.server.close()
  rmSync(folder, { recursive: true, force: true })
})

const programs: Record<SnippetLanguage, { command: string; args: (file: string) => string[]; file: string }> = {
  curl: { command: 'sh', args: (file) => [file], file: 'run.sh' },
  typescript: { command: process.execPath, args: (file) => ['--experimental-strip-types', '--disable-warning=ExperimentalWarning', file], file: 'run.mts' },
  python: { command: 'python3', args: (file) => [file], file: 'run.py' },
}

type Ended = { code: number | null; out: string; err: string; missing: boolean }

function execute(language: SnippetLanguage, call: Partial<Parameters<typeof runSnippet>[1]> = {}): Promise<Ended> {
  const { command, args, file } = programs[language]
  const path = join(folder, file)
  writeFileSync(path, runSnippet(language, { baseUrl: served.baseUrl, workflowId: served.workflowId, input: INPUT, ...call }))
  return new Promise((resolve) => {
    const child = spawn(command, args(path), { env: ENV })
    let [out, err] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    child.once('error', () => resolve({ code: null, out, err, missing: true }))
    child.once('close', (code) => resolve({ code, out, err, missing: false }))
  })
}

test.each(['curl', 'typescript', 'python'] as const)('the program in %s starts a run, waits for it and prints its output', { timeout: 60_000 }, async (language) => {
  const done = await execute(language)
  // Python and curl are not everywhere; Node is.
  if (done.missing && language !== 'typescript') return
  expect(done, done.err).toMatchObject({ code: 0 })
  const printed = JSON.parse(done.out) as { output?: unknown }
  expect(language === 'curl' ? printed.output : printed).toEqual({ heard: INPUT })
})

test.each(['curl', 'typescript', 'python'] as const)('the program in %s ends with an error when the run fails, and when there is no such workflow', { timeout: 60_000 }, async (language) => {
  const failed = await execute(language, { input: { request: 'x', fail: true } })
  if (failed.missing && language !== 'typescript') return
  expect(failed.code).not.toBe(0)
  expect(failed.err).toContain('The loom broke')
  const unknown = await execute(language, { workflowId: "wf_'none" })
  expect(unknown.code).not.toBe(0)
  expect(unknown.err).toContain("wf_'none")
})
