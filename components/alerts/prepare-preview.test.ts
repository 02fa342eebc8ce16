import { expect, test } from 'vitest'
import { previewAnswer } from '@/wire/alerts'
import { preparePreview } from './prepare-preview'

const answer = (series: Parameters<typeof previewAnswer>[0]['series']) => previewAnswer({ from: 0, to: 40, stepMs: 10, moments: [10, 20, 30, 40], series, fleetSince: 0, complete: true })

test('a gap stays a gap, a span that goes on ends with the preview', () => {
  expect(preparePreview(answer([{ subject: 'wf/n', values: [1, undefined, 2, 3], firing: [{ from: 10, to: 20 }, { from: 30 }] }]))).toEqual({
    points: [{ at: 10, values: [1] }, { at: 20, values: [null] }, { at: 30, values: [2] }, { at: 40, values: [3] }],
    series: [{ subject: 'wf/n', workflowId: 'wf', nodeId: 'n', times: 2, totalMs: 20, value: 3, spans: [{ from: 10, to: 20 }, { from: 30, to: 40 }] }],
    times: 2, from: 0, to: 40, empty: false, highest: 3,
  })
})

test('without any value it is empty', () => expect(preparePreview(answer([{ subject: 'fleet', values: [undefined, undefined, undefined, undefined], firing: [] }]))).toMatchObject({ empty: true, times: 0 }))
