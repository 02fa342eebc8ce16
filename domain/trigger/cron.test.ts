import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeCronIssue, isTimeZone, readCron } from './cron'

const cronOf = (text: string, zone = 'UTC') => {
  const read = readCron(text, zone)
  if (read.issue) throw new Error(describeCronIssue(read.issue))
  return read.cron
}
const after = (text: string, zone: string, from: string, count = 3) => cronOf(text, zone).after(Date.parse(from), count).map((ms) => new Date(ms).toISOString().slice(0, 16))

describe('next fires', () => {
  test.each([
    ['0 9 * * MON-FRI', 'Asia/Seoul', '2026-11-20T00:00:00Z', ['2026-11-23T00:00', '2026-11-24T00:00', '2026-11-25T00:00']],
    ['*/20 * * * *', 'UTC', '2026-11-20T10:20:00Z', ['2026-11-20T10:40', '2026-11-20T11:00', '2026-11-20T11:20']],
    ['@daily', 'Asia/Kolkata', '2026-11-20T00:00:00Z', ['2026-11-20T18:30', '2026-11-21T18:30', '2026-11-22T18:30']],
    ['0 0 29 2 *', 'UTC', '2026-01-01T00:00:00Z', ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00']],
    ['0 12 L * *', 'UTC', '2026-01-31T12:00:00Z', ['2026-02-28T12:00', '2026-03-31T12:00', '2026-04-30T12:00']],
    ['0 0 * * FRI#2', 'UTC', '2026-01-01T00:00:00Z', ['2026-01-09T00:00', '2026-02-13T00:00', '2026-03-13T00:00']],
    ['  5  4 * * 7 ', 'UTC', '2026-11-20T00:00:00Z', ['2026-11-22T04:05', '2026-11-29T04:05', '2026-12-06T04:05']],
  ])('%s in %s', (text, zone, from, fires) => expect(after(text, zone, from)).toEqual(fires))

  test('are the same an instant before and in the middle of a minute', () => {
    expect(after('* * * * *', 'UTC', '2026-11-20T10:00:59.999Z', 1)).toEqual(['2026-11-20T10:01'])
    expect(after('* * * * *', 'UTC', '2026-11-20T10:00:00.000Z', 1)).toEqual(['2026-11-20T10:01'])
    expect(after('* * * * *', 'UTC', '2026-11-20T09:59:59.999Z', 1)).toEqual(['2026-11-20T10:00'])
  })
})

/** In Berlin clocks leave out 02:00 to 03:00 on 2026-03-29, and live it twice on 2026-10-25. */
describe('where clocks change', () => {
  const spring = '2026-03-28T12:00:00Z'
  const autumn = '2026-10-24T12:00:00Z'
  test.each([
    ['a time that is left out fires at the end of the gap', '30 2 * * *', spring, ['2026-03-29T01:00', '2026-03-30T00:30', '2026-03-31T00:30']],
    ['so does one of a list', '30 2,14 * * *', spring, ['2026-03-28T13:30', '2026-03-29T01:00', '2026-03-29T12:30']],
    ['a time that comes twice fires the first time', '30 2 * * *', autumn, ['2026-10-25T00:30', '2026-10-26T01:30', '2026-10-27T01:30']],
    ['a repeating one follows the real hours over the gap', '0 * * * *', '2026-03-29T00:30:00Z', ['2026-03-29T01:00', '2026-03-29T02:00', '2026-03-29T03:00']],
    ['and through the hour that comes twice', '*/30 * * * *', '2026-10-25T00:00:00Z', ['2026-10-25T00:30', '2026-10-25T01:00', '2026-10-25T01:30']],
    ['midnight that is left out (Beirut)', '0 0 * * *', '2026-03-28T12:00:00Z', ['2026-03-28T22:00', '2026-03-29T21:00', '2026-03-30T21:00'], 'Asia/Beirut'],
  ])('%s', (_what, text, from, fires, zone = 'Europe/Berlin') => expect(after(text, zone, from)).toEqual(fires))
})

test('looking back finds what looking forward finds, over any change of clocks', () => {
  const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Seoul', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC')
  const texts = fc.constantFrom('30 2 * * *', '0 2,14 * * *', '*/7 * * * *', '15 */3 * * *', '0 0 * * 0', '0 1-3 * * *', '45 23 1,15 * *')
  const moments = fc.oneof(fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 0) }), fc.constantFrom('2026-03-29', '2026-10-25', '2026-03-08', '2026-11-01', '2026-04-04').map((day) => Date.parse(`${day}T02:31:07.5Z`)))
  fc.assert(fc.property(texts, zones, moments, fc.integer({ min: 1, max: 12 }), (text, zone, from, count) => {
    const cron = cronOf(text, zone)
    const forward = cron.after(from, count)
    expect(cron.upTo(forward.at(-1)!, count)).toEqual(forward)
    expect(forward.every((fire, index) => fire > (forward[index - 1] ?? from))).toBe(true)
  }), { numRuns: 300 })
})

describe('what is no schedule', () => {
  test.each([
    ['', { kind: 'empty' }], ['   ', { kind: 'empty' }],
    ['* * * *', { kind: 'parts', found: 4 }], ['* * * * * *', { kind: 'parts', found: 6 }], ['@reboot', { kind: 'parts', found: 1 }], ['2026-01-01T00:00:00', { kind: 'parts', found: 1 }],
    ['60 * * * *', { kind: 'field', field: 'minute', text: '60' }], ['0 24 * * *', { kind: 'field', field: 'hour', text: '24' }],
    ['0 0 32 * *', { kind: 'field', field: 'day', text: '32' }], ['0 0 * 13 *', { kind: 'field', field: 'month', text: '13' }], ['0 0 * * FUN', { kind: 'field', field: 'weekday', text: 'FUN' }],
    ['? * * * *', { kind: 'field', field: 'minute', text: '?' }], ['*/0 * * * *', { kind: 'field', field: 'minute', text: '*/0' }], ['5-1 * * * *', { kind: 'field', field: 'minute', text: '5-1' }],
    ['0 0 30 2 *', { kind: 'never' }],
  ])('%j', (text, issue) => {
    const read = readCron(text, 'UTC')
    expect(read).toEqual({ issue })
    expect(describeCronIssue(read.issue!)).toMatch(/./)
  })

  test('whatever text is given, the answer is a schedule or an issue', () => {
    const parts = fc.array(fc.stringMatching(/^[0-9A-Z*,/#+LW?@-]{1,6}$/), { minLength: 1, maxLength: 6 }).map((list) => list.join(' '))
    fc.assert(fc.property(fc.oneof(parts, fc.string({ maxLength: 40 })), (text) => {
      const read = readCron(text, 'Europe/Berlin')
      if (!read.issue) expect(read.cron.after(0, 1)).toHaveLength(1)
    }), { numRuns: 500 })
  })
})

test('time zones by their IANA name', () => {
  for (const zone of ['Asia/Seoul', 'UTC', 'America/Argentina/Buenos_Aires']) expect(isTimeZone(zone)).toBe(true)
  for (const zone of ['', 'Mars/Base', '+09:00', 'Asia/Seoul ', 'constructor']) expect(isTimeZone(zone)).toBe(false)
})
