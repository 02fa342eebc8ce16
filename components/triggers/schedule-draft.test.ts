import { describe, expect, test } from 'vitest'
import { emptyGraph } from '@/domain/graph/graph'
import { dataChain } from '@/domain/template/data-chain'
import type { ScheduleBody } from '@/wire/triggers'
import { ScheduleChange } from '@/wire/triggers'
import { changeOf, draftOf, exampleInput, issueAt, newDraft, previewOf } from './schedule-draft'

const draft = newDraft('S', 'Asia/Seoul', dataChain.graph)

describe('a draft', () => {
  test('of a new schedule can be saved as it is, with an input of the right shape', () => {
    const read = changeOf(draft)
    expect(read).toMatchObject({ change: { name: 'S', timeZone: 'Asia/Seoul', version: null, priority: 5, input: { rows: [] } } })
    expect(ScheduleChange.parse('change' in read && read.change)).toEqual('change' in read && read.change)
  })

  test('of a schedule gives it back', () => {
    const body: ScheduleBody = {
      id: 'sch', workflowId: 'wf', name: 'N', cron: '0 * * * *', timeZone: 'UTC', input: { a: [1] }, version: 3, priority: 0, missed: 'all', catchUp: 7, overlap: 'allow', enabled: false,
      nextFires: [], lastFire: null, createdAt: '', updatedAt: '',
    }
    const { name, cron, timeZone, input, version, priority, missed, catchUp, overlap } = body
    expect(changeOf(draftOf(body))).toEqual({ change: { name, cron, timeZone, input, version, priority, missed, catchUp, overlap } })
    expect(changeOf(draftOf({ ...body, version: 'draft' }))).toMatchObject({ change: { version: 'draft' } })
  })

  test.each([
    [{ name: '  ' }, 'name'], [{ input: '{' }, 'input'], [{ catchUp: '0' }, 'catchUp'], [{ catchUp: '1.5' }, 'catchUp'], [{ catchUp: '' }, 'catchUp'], [{ priority: '11' }, 'priority'], [{ priority: 'x' }, 'priority'],
  ])('with %j names the field at fault', (part, wrong) => expect(changeOf({ ...draft, ...part })).toEqual({ wrong }))

  test('with an empty input is an empty object', () => expect(changeOf({ ...draft, input: ' ' })).toMatchObject({ change: { input: {} } }))
})

test('the preview is the next five fires, or what is wrong', () => {
  const now = Date.parse('2026-11-20T00:00:00Z')
  expect(previewOf({ cron: '0 9 * * *', timeZone: 'Asia/Seoul' }, now)).toEqual({ fires: [21, 22, 23, 24, 25].map((day) => Date.parse(`2026-11-${day}T00:00:00Z`)) })
  expect(previewOf({ cron: '0 99 * * *', timeZone: 'UTC' }, now)).toEqual({ cron: { kind: 'field', field: 'hour', text: '99' } })
  expect(previewOf({ cron: '0 9 * * *', timeZone: 'Mars' }, now)).toEqual({ zone: true })
})

test('what the server says stands at its field', () => {
  const issues = [{ path: 'input.rows', message: 'is missing' }, { path: 'input.n', message: 'expected number' }, { path: 'cron', message: 'no' }]
  expect(issueAt(issues, 'input')).toBe('rows: is missing; n: expected number')
  expect(issueAt(issues, 'cron')).toBe('no')
  expect(issueAt(issues, 'name')).toBeUndefined()
})

test('a workflow without a schema is started with an empty object', () => expect(exampleInput(emptyGraph)).toEqual({}))
