/** What `deploy/compose.yaml` sets is what the server reads. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { readConfig } from './config'

type Service = { image: string; environment?: Record<string, string>; command?: string[] }
const { services } = parse(readFileSync(fileURLToPath(new URL('../../deploy/compose.yaml', import.meta.url)), 'utf8'), { merge: true }) as { services: Record<string, Service> }

/** `${NAME:-default}` is the default, `${NAME:?why}` what the test gives it. */
const filled = (text: string): string => text.replace(/\$\{\w+:([-?])([^}]*)\}/g, (_, kind: string, rest: string) => (kind === '-' ? rest : 'given'))
const configs = Object.entries(services)
  .filter(([, { image, command }]) => image === 'heddle' && !command)
  .map(([name, { environment = {} }]) => [name, environment, readConfig(Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, filled(value)])), '/')] as const)

test('two processes with pages and two engines share one database', () => {
  expect(configs.map(([name, , { serves, port }]) => [name, serves, port])).toEqual([['web-1', true, 3000], ['web-2', true, 3001], ['engine-1', false, 3002], ['engine-2', false, 3003]])
  expect(new Set(configs.map(([, , { databaseUrl }]) => databaseUrl)).size).toBe(1)
  const database = services.database!
  expect(configs[0]![2].databaseUrl).toBe(`postgres://${database.environment!.POSTGRES_USER}:given@127.0.0.1:${database.command![database.command!.indexOf('-p') + 1]}/${database.environment!.POSTGRES_DB}`)
})

test('engines ask the processes that route, and those place calls on the simulated fleet where none is named', () => {
  const web = configs.filter(([, , { serves }]) => serves)
  for (const [, , { serves, routers }] of configs) expect(routers).toEqual(serves ? undefined : web.map(([, , { port }]) => `http://127.0.0.1:${port}`))
  const { command = [] } = services['simulated-fleet']!
  const first = Number(command[command.indexOf('--port') + 1])
  const simulated = Array.from({ length: Number(command[command.indexOf('--instances') + 1]) }, (_, index) => ({ kind: 'url', url: `http://127.0.0.1:${first + index}` }))
  for (const [, , { fleet }] of web) expect(fleet).toEqual(simulated)
})

test('every variable is one that the server knows', () => {
  const known = readFileSync(fileURLToPath(new URL('config.ts', import.meta.url)), 'utf8')
  for (const [, environment] of configs) for (const key of Object.keys(environment)) expect(known).toContain(`${key}:`)
})
