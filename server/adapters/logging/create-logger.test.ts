import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LogLine } from '@/server/ports/log-store'
import { createLogger } from './create-logger'

let dir: string
let stored: Omit<LogLine, 'id'>[]
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'heddle-logs-'))
  stored = []
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const open = (more: Partial<Parameters<typeof createLogger>[0]> = {}) =>
  createLogger({ dir, level: 'INFO', now: () => 7, store: { write: (lines) => (stored.push(...lines), Promise.resolve(lines.map((line, index) => ({ ...line, id: index + 1 })))) }, ...more })
const files = () => readdirSync(dir).filter((name) => name.endsWith('.log'))
const written = () => files().flatMap((name) => readFileSync(join(dir, name), 'utf8').split('\n').filter((text) => text !== '').map((text) => JSON.parse(text) as Record<string, unknown>))

test('a line goes to store and file, and neither has its secrets', async () => {
  const { log, close } = open({ secrets: ['hunter2-hunter2'] })
  log({ level: 'ERROR', component: 'router', category: 'security', message: 'Refused hunter2-hunter2', runId: 'run_1', data: () => ({ authorization: 'abc', note: 'Bearer abcdefghijkl' }) })
  await close()
  expect(stored).toEqual([{ level: 'ERROR', component: 'router', category: 'security', runId: 'run_1', at: 7, message: 'Refused ***', data: { authorization: '***', note: 'Bearer ***' } }])
  await vi.waitFor(() => expect(written()).toMatchObject([{ severity: 'ERROR', component: 'router', category: 'security', runId: 'run_1', msg: 'Refused ***', data: { authorization: '***', note: 'Bearer ***' } }]))
})

test('below the level nothing is built, and nothing is written', async () => {
  const { log, close } = open()
  const never = () => { throw new Error('built') }
  log({ level: 'DEBUG', component: 'engine', category: 'task', message: never, data: never })
  expect(() => log({ level: 'INFO', component: 'engine', category: 'task', message: never })).toThrow('built')
  await close()
  expect(stored).toEqual([])
  expect(written()).toEqual([])
})

test('files of earlier starts count too: fourteen are kept besides the one that is written, the newest', async () => {
  for (let number = 1; number <= 40; number++) writeFileSync(join(dir, `heddle.${number}.log`), '{}\n')
  const { log, close } = open({ fileSize: '1k' })
  for (let index = 0; index < 50; index++) log({ level: 'INFO', component: 'engine', category: 'task', message: `line ${index}` })
  await vi.waitFor(() => expect(files().length).toBeLessThanOrEqual(15), { timeout: 10_000 })
  await close()
  const numbers = files().map((name) => Number(name.split('.')[1])).sort((a, b) => a - b)
  expect(numbers[0]).toBeGreaterThan(26)
  expect(numbers.at(-1)).toBeGreaterThan(40)
  expect(written().filter((line) => String(line.msg).startsWith('line '))).toHaveLength(50)
})

test('a store that fails costs no line of the files, and the next lines are tried again', async () => {
  let broken = true
  const { log, close } = open({ store: { write: (lines) => (broken ? ((broken = false), Promise.reject(new Error('away'))) : (stored.push(...lines), Promise.resolve([]))) } })
  log({ level: 'INFO', component: 'engine', category: 'task', message: 'first' })
  await vi.waitFor(() => expect(broken).toBe(false))
  log({ level: 'INFO', component: 'engine', category: 'task', message: 'second' })
  await close()
  expect(stored.map((line) => line.message)).toEqual(['second'])
  await vi.waitFor(() => expect(written().map((line) => line.msg)).toEqual(expect.arrayContaining(['first', 'second', expect.stringContaining('did not take 1 log lines')])))
})

test('files that cannot be written are told of once, and the store goes on', async () => {
  writeFileSync(join(dir, 'file'), '')
  const complain = vi.fn()
  const { log, close } = open({ dir: join(dir, 'file', 'logs'), complain })
  log({ level: 'INFO', component: 'engine', category: 'task', message: 'before' })
  await vi.waitFor(() => expect(complain).toHaveBeenCalledOnce(), { timeout: 30_000 })
  for (const message of ['one', 'two']) log({ level: 'INFO', component: 'engine', category: 'task', message })
  await close()
  expect(stored.map(({ message }) => message)).toEqual(['before', 'one', 'two'])
  expect(complain.mock.calls).toEqual([[expect.stringMatching(/^Log files are not written until the next start: .*ENOTDIR/)]])
})
