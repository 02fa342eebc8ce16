import { expect, test } from 'vitest'
import type { LogLineBody } from '@/wire/telemetry'
import { addressOfFilter, everyLine, filterOfAddress, fitsLogFilter, joinLines, type LogFilter } from './log-filter'

const line = (id: number, more: Partial<LogLineBody> = {}): LogLineBody => ({ id, at: '2026-11-20T00:00:00.000Z', level: 'INFO', component: 'engine', category: 'task', message: `Line ${id}`, ...more })

test.each<[Partial<LogFilter>, boolean]>([
  [{}, true],
  [{ level: 'WARNING' }, true],
  [{ level: 'ERROR' }, false],
  [{ category: 'health' }, true],
  [{ category: 'task' }, false],
  [{ component: 'router' }, true],
  [{ component: 'rout' }, false],
  [{ runId: 'run_1' }, true],
  [{ runId: 'run_2' }, false],
  [{ search: 'INSTANCE' }, true],
  [{ search: 'none' }, false],
])('%j', (filter, fits) => {
  expect(fitsLogFilter(line(1, { level: 'WARNING', component: 'router', category: 'health', message: 'Instance a is gone', runId: 'run_1' }), { ...everyLine, ...filter })).toBe(fits)
})

test('a line that was read and came live is shown once, and what does not fit is not', () => {
  const came = [line(2), line(3), line(4, { level: 'DEBUG' }), line(5)]
  expect(joinLines([line(1), line(3)], came, { ...everyLine, level: 'INFO' }).map(({ id }) => id)).toEqual([1, 3, 5])
})

test('nothing new keeps the list as it is', () => {
  const read = [line(1)]
  expect(joinLines(read, [line(2, { level: 'DEBUG' })], { ...everyLine, level: 'INFO' })).toBe(read)
})

test.each<[string, Partial<LogFilter>]>([
  ['', {}],
  ['?level=ERROR&category=agent&component=engine&runId=run_1&search=a%26b', { level: 'ERROR', category: 'agent', component: 'engine', runId: 'run_1', search: 'a&b' }],
  ['?level=DEBUG', { level: 'DEBUG' }],
])('%s stands for its filter and back', (address, asked) => {
  const filter = filterOfAddress(new URLSearchParams(address))
  expect(filter).toEqual({ level: 'INFO', category: undefined, component: undefined, runId: undefined, search: '', ...asked })
  expect(addressOfFilter(filter)).toBe(address)
})

test('an address that says nonsense asks for nothing', () => {
  expect(addressOfFilter(filterOfAddress(new URLSearchParams('?level=LOUD&category=x&component=')))).toBe('')
})
