import { describe, expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { resultsOfRun } from './last-results'
import { emptyRun, type RunState, type Step } from './run-state'

const node = (id: string, type: string, config: object = {}) => ({ id, type, name: id, position: { x: 0, y: 0 }, config })
const body = { nodes: [node('item', 'input'), node('work', 'transform', { expression: 'input' }), node('out', 'output')], edges: [{ id: '1', source: 'item', target: 'work' }, { id: '2', source: 'work', target: 'out' }] }
const graph = Graph.parse({ nodes: [node('m', 'map', { items: 'input', body })], edges: [] })

const done = (output: Json, at: number, more: Partial<Step> = {}): Step => ({ state: { kind: 'completed', output, handle: 'out' } as Step['state'], attempts: [], startedAt: at - 5, finishedAt: at, input: output, ...more })
const failed = (at: number): Step => ({ state: { kind: 'failed', attempt: 1, error: { code: 'X', message: 'no', retryable: false } }, attempts: [], startedAt: at - 5, finishedAt: at })
const ranWith = (work: readonly Step[]): RunState => ({
  ...emptyRun, seq: 1, status: 'completed',
  steps: { m: done([], 99, { input: { items: work.map((_, index) => index) } }), ...Object.fromEntries(work.flatMap((step, index): [string, Step][] => [[`m[${index}].item`, done(index, index)], [`m[${index}].work`, step]])) },
})

describe('nodes in a body', () => {
  test('are told of the last item, with what stood before them there', () => {
    const found = resultsOfRun('run_1', ranWith([done('a', 10), done('b', 20), done('c', 30)]), graph)
    expect(Object.keys(found)).toEqual(['m', 'm.item', 'm.work'])
    expect(found['m.work']).toMatchObject({ output: 'c', at: 30, wires: ['item/out'], items: { step: 'm[2].work', count: 3, failed: 0 } })
    expect(found['m.work']!.took.item).toBe(found['m.item']!.outputPrint)
  })
  test('are told of the first item that failed, where one did', () => {
    const found = resultsOfRun('run_1', ranWith([done('a', 10), failed(20), failed(30)]), graph)
    expect(found['m.work']).toMatchObject({ status: 'failed', items: { step: 'm[1].work', count: 3, failed: 2 } })
    expect(found['m.item']).toMatchObject({ output: 1, items: { step: 'm[1].item', count: 3, failed: 0 } })
  })
  test('of a list without items tell nothing', () => {
    expect(Object.keys(resultsOfRun('run_1', ranWith([]), graph))).toEqual(['m'])
  })
})
