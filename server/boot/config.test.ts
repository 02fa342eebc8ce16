import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { ConfigInvalid, readConfig, strayNames } from './config'

test('a name that is not known is told, with the one that may be meant; those of others are not', () => {
  expect(strayNames({ HEDDLE_FLEETS: 'http://a:8000', HEDDLE_MAXRUNS: '3' })).toEqual(['HEDDLE_FLEETS is not known and changes nothing. Is HEDDLE_FLEET meant?', 'HEDDLE_MAXRUNS is not known and changes nothing. Is HEDDLE_MAX_RUNS meant?'])
  expect(strayNames({ HEDDLE_FLEET: '', PATH: '/bin', FLEET: 'x', HEDDLE_BENCH_ONLY: 'a', HEDDLE_TEST_POSTGRES: 'b', HEDDLE_SERVICE_HOST: '10.0.0.1', HEDDLE_PORT_3000_TCP: 'c' })).toEqual([])
})

describe('readConfig', () => {
  test('gives the contract\'s defaults', () => {
    expect(readConfig({}, '/project')).toMatchObject({ port: 3000, host: '127.0.0.1', dataDir: '/project/.heddle', environment: 'production' })
    expect(readConfig({ HEDDLE_FLEET: '' }, '/project').fleet).toBeUndefined()
  })

  test('takes servers and places where servers are listed', () => {
    expect(readConfig({ HEDDLE_FLEET: 'http://a:8000, dns+http://vllm.local:8000,file:/etc/fleet.txt, k8s://ml/vllm:http' }, '/').fleet).toEqual([
      { kind: 'url', url: 'http://a:8000' }, { kind: 'dns', base: new URL('http://vllm.local:8000') }, { kind: 'file', path: '/etc/fleet.txt' }, { kind: 'kubernetes', namespace: 'ml', service: 'vllm', port: 'http' },
    ])
  })

  test('takes policies and other names of models', () => {
    const { policy, modelAliases } = readConfig({ HEDDLE_POLICY: 'flow,b=round-robin', HEDDLE_MODEL_ALIASES: 'gpt-4o=b, small = c' }, '/')
    expect([policy, [...modelAliases]]).toEqual([{ all: 'flow', byModel: { b: 'round-robin' } }, [['gpt-4o', 'b'], ['small', 'c']]])
  })

  test('limits runs at work: together, of a workflow, of a model', () => {
    expect(readConfig({}, '/').limits).toEqual({ total: 64, perWorkflow: Infinity, perModel: {} })
    expect(readConfig({ HEDDLE_MAX_RUNS: '8', HEDDLE_MAX_RUNS_PER_WORKFLOW: '2', HEDDLE_MAX_RUNS_PER_MODEL: 'org/a=4, b=1' }, '/').limits).toEqual({ total: 8, perWorkflow: 2, perModel: { 'org/a': 4, b: 1 } })
  })

  test('limits calls of models and keys', () => {
    expect(readConfig({}, '/').callLimits).toEqual({ models: [], keys: [] })
    expect(readConfig({ HEDDLE_MODEL_RATES: '*=60/90000', HEDDLE_KEY_RATES: 'no-key=-/500' }, '/').callLimits).toEqual({ models: [{ name: '*', requestsPerMinute: 60, tokensPerMinute: 90_000 }], keys: [{ name: 'no-key', requestsPerMinute: null, tokensPerMinute: 500 }] })
  })

  test('keeps everything, until a bound is named', () => {
    const none = { maxAgeDays: null, maxCount: null, maxMegabytes: null }
    expect(readConfig({}, '/').retention).toEqual({ on: false, runs: none, logs: none, samples: none })
    expect(readConfig({ HEDDLE_KEEP_RUN_DAYS: '30', HEDDLE_KEEP_LOG_LINES: '100000', HEDDLE_KEEP_LOG_MB: '500' }, '/').retention).toEqual({ on: true, runs: { ...none, maxAgeDays: 30 }, logs: { ...none, maxCount: 100_000, maxMegabytes: 500 }, samples: none })
  })

  test.each([
    [{ HEDDLE_MAX_RUNS: '0' }, 'HEDDLE_MAX_RUNS'],
    [{ HEDDLE_MAX_RUNS_PER_MODEL: 'a' }, 'HEDDLE_MAX_RUNS_PER_MODEL'],
    [{ HEDDLE_MODEL_RATES: 'llama=60' }, 'HEDDLE_MODEL_RATES'],
    [{ HEDDLE_KEY_RATES: '*=0/1' }, 'HEDDLE_KEY_RATES'],
    [{ HEDDLE_KEY_RATES: 'sk-secret=1/1' }, 'HEDDLE_KEY_RATES'],
    [{ HEDDLE_TOKEN_PRICES: 'llama' }, 'HEDDLE_TOKEN_PRICES'],
    [{ HEDDLE_KEEP_RUNS: '0' }, 'HEDDLE_KEEP_RUNS'],
    [{ PORT: 'abc' }, 'PORT'],
    [{ HOST: '0.0.0.0' }, 'HOST'],
    [{ HEDDLE_FLEET: 'ftp://a' }, 'HEDDLE_FLEET'],
    [{ HEDDLE_FLEET: 'nonsense' }, 'HEDDLE_FLEET'],
    [{ HEDDLE_FLEET: 'k8s://ml' }, 'HEDDLE_FLEET'],
    [{ HEDDLE_POLICY: 'fastest' }, 'HEDDLE_POLICY'],
    [{ HEDDLE_MODEL_ALIASES: 'gpt-4o' }, 'HEDDLE_MODEL_ALIASES'],
    [{ HEDDLE_ENV: 'live' }, 'HEDDLE_ENV'],
    [{ HEDDLE_ROLES: 'web' }, 'HEDDLE_ROLES'],
    [{ DATABASE_URL: 'mysql://x/y' }, 'DATABASE_URL'],
    [{ HEDDLE_ROLES: 'engine' }, 'DATABASE_URL'],
    [{ HEDDLE_ROLES: 'web,engine', DATABASE_URL: 'postgres://x/y' }, 'router'],
    [{ HEDDLE_ROUTER: 'http://127.0.0.1:3000' }, 'HEDDLE_ROUTER'],
    [{ HEDDLE_ROLES: 'engine', DATABASE_URL: 'postgres://x/y', HEDDLE_ROUTER: 'ftp://x' }, 'HEDDLE_ROUTER'],
    [{ HEDDLE_ROLES: '', REDIS_URL: 'redis://x' }, 'REDIS_URL'],
    [{ REDIS_URL: 'redis://x' }, 'REDIS_URL'],
  ])('refuses %j by name', (env, name) => {
    expect(() => readConfig(env, '/')).toThrow(ConfigInvalid)
    expect(() => readConfig(env, '/')).toThrow(name)
  })

  test('an engine may leave routing to others', () => {
    expect(readConfig({ HEDDLE_ROLES: 'engine', DATABASE_URL: 'postgres://x/y', HEDDLE_ROUTER: 'http://127.0.0.1:3000, http://127.0.0.1:3001' }, '/').routers).toEqual(['http://127.0.0.1:3000', 'http://127.0.0.1:3001'])
  })

  test('names all that is wrong at once', () => {
    expect(() => readConfig({ PORT: 'x', HEDDLE_ENV: 'y' }, '/')).toThrow(/PORT[^]*HEDDLE_ENV/)
  })
})

test('every variable stands in docs/configuration.md, and none that is not read', () => {
  const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8')
  // Not REDIS_URL: whoever sets it is refused.
  const known = new Set([...read('config.ts').matchAll(/\b(PORT|HOST|DATABASE_URL|HEDDLE_[A-Z_]+): /g)].map(([, name]) => name!))
  const told = [...read('../../docs/configuration.md').matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, names]) => [...names!.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name!)).filter((name) => !name.startsWith('OTEL_'))
  expect(told.toSorted()).toEqual([...known].toSorted())
})
