import { expect, test } from 'vitest'
import type { RunSummaryBody } from '@/wire/runs'
import { mergeRunRows } from './merge-run-rows'

const row = (id: string, more: Partial<RunSummaryBody> = {}): RunSummaryBody => ({
  id, workflowId: 'wf_1', workflowName: 'W', version: 1, status: 'running', priority: 5, createdAt: `2026-11-20T00:00:0${id}.000Z`, startedAt: null, finishedAt: null, error: null, ...more,
})
const ids = (rows: readonly RunSummaryBody[]) => rows.map((one) => `${one.id}:${one.status}`)

test('known runs change in place, new ones come first', () => {
  expect(ids(mergeRunRows([row('3'), row('1')], [row('1', { status: 'completed' }), row('4'), row('5')], {}))).toEqual(['5:running', '4:running', '3:running', '1:completed'])
})

test('of one run the last word counts', () => {
  expect(ids(mergeRunRows([], [row('1'), row('1', { status: 'failed' })], {}))).toEqual(['1:failed'])
})

test('rows that do not fit the filter are left out', () => {
  expect(ids(mergeRunRows([row('2'), row('1')], [row('1', { status: 'completed' }), row('3', { workflowId: 'wf_2' })], { status: 'running', workflowId: 'wf_1' }))).toEqual(['2:running'])
})
