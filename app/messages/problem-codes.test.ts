/** Every refusal and failure that a page may meet has words in the reader's language: the server speaks English. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { en } from './en'

/** Told on the console, to a program that calls the API or /v1, or between processes: no page meets them. */
const NOT_ON_PAGES = ['CONFIG_INVALID', 'DATA_FOLDER_UNUSABLE', 'INVALID_DELIVERY_ID', 'HOOK_OFF', 'LEASE_LOST', 'MALFORMED_PATH', 'METHOD_NOT_ALLOWED', 'MIGRATION_FAILED', 'PORT_IN_USE', 'SIMULATED_FLEET_NOT_READY', 'STALE_ATTEMPT', 'STORE_LOCKED', 'WRONG_SECRET']
const CODE = /(?:readonly code = |\b(?:NotFound|problem|\w*Failed)\()'([A-Z][A-Z_]+)'/g

function codesIn(room: string): string[] {
  const files = (readdirSync(room, { recursive: true }) as string[]).filter((name) => /\.ts$/.test(name) && !/\.(test|suite)\.ts$|^fleet-sim|generated/.test(name))
  return files.flatMap((name) => [...readFileSync(join(room, name), 'utf8').matchAll(CODE)].map(([, code]) => code!))
}

test('every code that a page may meet has words', () => {
  const codes = new Set(['server', 'domain', 'wire'].flatMap(codesIn))
  expect(codes.size).toBeGreaterThan(80)
  expect([...codes].filter((code) => !NOT_ON_PAGES.includes(code) && !Object.hasOwn(en.problems.of, code)).sort()).toEqual([])
})
