/**
 * A debug line where debug is off, beside a call of a function that does nothing, and beside the same line with its data
 * built by the caller. Not measured: a line that is written.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '@/server/adapters/logging/create-logger'
import { table } from './figures'

const CALLS = 5_000_000
const dir = mkdtempSync(join(tmpdir(), 'heddle-bench-'))
const { log, close } = createLogger({ dir, level: 'INFO', store: { write: () => Promise.resolve([]) }, now: Date.now })
const messages = Array.from({ length: 20 }, (_, index) => ({ role: 'user', content: `message ${index}` }))
let sink = 0
let nothing = (value: number): void => { sink += value }
// Two bodies, so that the call cannot be folded away.
if (process.argv.length > 9) nothing = (value) => { sink -= value }

/** The fastest of five rounds, in ns a call. */
function nsOf(call: (index: number) => void, calls = CALLS): number {
  const rounds = Array.from({ length: 5 }, () => {
    const began = performance.now()
    for (let index = 0; index < calls; index++) call(index)
    return ((performance.now() - began) * 1e6) / calls
  })
  return Math.min(...rounds)
}

const empty = nsOf((index) => nothing(index))
const lazy = nsOf((index) => log({ level: 'DEBUG', component: 'engine', category: 'agent', message: () => `Asks for step ${index}`, data: () => ({ messages: messages.map((one) => ({ ...one, at: index })) }) }))
const eager = nsOf((index) => log({ level: 'DEBUG', component: 'engine', category: 'agent', message: `Asks for step ${index}`, data: { messages: messages.map((one) => ({ ...one, at: index })) } }), CALLS / 20)
const row = (name: string, ns: number): string[] => [name, `${ns.toFixed(1)} ns`, `× ${(ns / empty).toFixed(1)}`]
process.stdout.write(table(['debug off', 'a call', 'of an empty call'], [row('a function that does nothing', empty), row('log, data given as a function', lazy), row('log, data built by the caller', eager)]))
await close()
rmSync(dir, { recursive: true, force: true })
if (sink === 0.5) process.stdout.write('\n')
