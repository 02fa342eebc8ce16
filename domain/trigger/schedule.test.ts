import { describe, expect, test } from 'vitest'
import { readCron } from './cron'
import { decideFires, fireKey, type Schedule } from './schedule'

const at = (text: string) => Date.parse(`2026-11-20T${text}Z`)
const schedule = (change: Partial<Schedule> = {}): Schedule => ({
  id: 'sch_a', workflowId: 'wf', name: 'S', cron: '*/10 * * * *', zone: 'UTC', input: {}, version: null, priority: 5,
  missed: 'skip', catchUp: 3, overlap: 'skip', enabled: true, nextAt: at('10:00:00'), createdAt: 0, updatedAt: 0, ...change,
})
const cron = readCron('*/10 * * * *', 'UTC').cron!

/** `10:00 due` a line a fire. */
function decide(change: Partial<Schedule>, now: string, going = false): string[] | undefined {
  const decision = decideFires(schedule(change), cron, at(now), going)
  return decision && [...decision.fires.map((fire) => {
    const { outcome } = fire
    return `${new Date(fire.at).toISOString().slice(11, 16)} ${outcome.kind === 'skipped' ? `${outcome.reason} ${outcome.count}` : outcome.kind}`
  }), `next ${decision.nextAt === null ? 'never' : new Date(decision.nextAt).toISOString().slice(11, 16)}`]
}

describe('what becomes of fires', () => {
  test.each<[string, Partial<Schedule>, string, boolean, string[] | undefined]>([
    ['nothing before its time', {}, '09:59:59.999', false, undefined],
    ['nothing while switched off', { enabled: false }, '11:00:00', false, undefined],
    ['nothing when it never comes again', { nextAt: null }, '11:00:00', false, undefined],
    ['one on time starts', {}, '10:00:00', false, ['10:00 due', 'next 10:10']],
    ['one a little late starts, too', {}, '10:00:59.999', false, ['10:00 due', 'next 10:10']],
    ['skip: one a minute late is missed', {}, '10:01:00', false, ['10:00 missed 1', 'next 10:10']],
    ['skip: the missed are left out, the one on time starts', {}, '10:30:05', false, ['10:20 missed 3', '10:30 due', 'next 10:40']],
    ['skip: all were missed', {}, '10:35:00', false, ['10:30 missed 4', 'next 10:40']],
    ['once: the newest stands for all', { missed: 'once' }, '10:35:00', false, ['10:20 missed 3', '10:30 due', 'next 10:40']],
    ['once: nor are there two when the newest is on time', { missed: 'once' }, '10:30:00', false, ['10:20 missed 3', '10:30 due', 'next 10:40']],
    ['all: every one', { missed: 'all', overlap: 'allow' }, '10:25:00', false, ['10:00 due', '10:10 due', '10:20 due', 'next 10:30']],
    ['all: the newest up to the bound', { missed: 'all', overlap: 'allow' }, '10:45:00', false, ['10:10 missed 2', '10:20 due', '10:30 due', '10:40 due', 'next 10:50']],
    ['all, without overlap: the first is what the others would overlap with', { missed: 'all' }, '10:25:00', false, ['10:00 due', '10:10 overlap 1', '10:20 overlap 1', 'next 10:30']],
    ['the last run still goes on', {}, '10:00:01', true, ['10:00 overlap 1', 'next 10:10']],
    ['which may not matter', { overlap: 'allow' }, '10:00:01', true, ['10:00 due', 'next 10:10']],
    ['a long absence is counted up to a bound', { nextAt: at('10:00:00') - 90 * 86_400_000 }, '10:05:00', false, ['10:00 missed 200', 'next 10:10']],
  ])('%s', (_what, change, now, going, expected) => expect(decide(change, now, going)).toEqual(expected))
})

test('a fire has a key of its own', () => {
  expect(fireKey({ scheduleId: 'sch_a', at: 1 })).toBe('schedule/sch_a/1')
})
