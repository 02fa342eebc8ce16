import { describe, expect, test } from 'vitest'
import { ConfigInvalid, readConfig } from './config'

describe('readConfig', () => {
  test('gives the contract\'s defaults', () => {
    expect(readConfig({}, '/project')).toMatchObject({ port: 3000, host: '127.0.0.1', dataDir: '/project/.heddle', environment: 'production' })
    expect(readConfig({ HEDDLE_FLEET: '' }, '/project').fleet).toBeUndefined()
  })

  test('takes a list of servers', () => {
    expect(readConfig({ HEDDLE_FLEET: 'http://a:8000, http://b:8000/v1' }, '/').fleet).toEqual(['http://a:8000', 'http://b:8000/v1'])
  })

  test.each([
    [{ PORT: 'abc' }, 'PORT'],
    [{ HOST: '0.0.0.0' }, 'HOST'],
    [{ HEDDLE_FLEET: 'ftp://a' }, 'HEDDLE_FLEET'],
    [{ HEDDLE_FLEET: 'nonsense' }, 'HEDDLE_FLEET'],
    [{ HEDDLE_ENV: 'live' }, 'HEDDLE_ENV'],
    [{ HEDDLE_ROLES: 'web' }, 'HEDDLE_ROLES'],
    [{ DATABASE_URL: 'postgres://x' }, 'DATABASE_URL'],
    [{ REDIS_URL: 'redis://x' }, 'REDIS_URL'],
  ])('refuses %j by name', (env, name) => {
    expect(() => readConfig(env, '/')).toThrow(ConfigInvalid)
    expect(() => readConfig(env, '/')).toThrow(name)
  })

  test('names all that is wrong at once', () => {
    expect(() => readConfig({ PORT: 'x', HEDDLE_ENV: 'y' }, '/')).toThrow(/PORT[^]*HEDDLE_ENV/)
  })
})
