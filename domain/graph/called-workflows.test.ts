import { describe, expect, test } from 'vitest'
import { graphOf } from '@/server/engine/engine-world.suite'
import { callsIn, checkCalls, resultType, type Callee } from './called-workflows'
import { Graph } from './graph'
import { validateGraph } from './validate'
import { describeType } from './value-type'

const sub = (workflowId: string, config: Record<string, unknown> = {}) => graphOf({ in: ['input'], s: ['subworkflow', { workflowId, ...config }], out: ['output', {}] }, 'in -> s', 's -> out')
const taking = graphOf({ in: ['input', { schema: { type: 'object', properties: { who: { type: 'string' }, times: { type: 'number' } }, required: ['who'] } }], out: ['output', { value: 'Hi {{ input.who }}' }] }, 'in -> out')

function known(...graphs: [id: string, graph: Graph][]) {
  const callees = new Map<string, Callee>(graphs.map(([id, graph]) => [id, { id, name: id.toUpperCase(), graph }]))
  return ({ workflowId, version = 1 }: { workflowId: string; version?: number | undefined }) => (version === 1 ? callees.get(workflowId) : undefined)
}
const self = { id: 'me', name: 'Me' }
const codes = (graph: Graph, ...others: [string, Graph][]) => checkCalls(graph, self, known(...others)).map(({ code, nodeId, path }) => `${code} ${nodeId}.${path}`)

describe('what workflows call', () => {
  test('is found in maps too, and a graph that names one is valid by itself', () => {
    const graph = graphOf({ in: ['input'], m: ['map', { body: sub('b') }] }, 'in -> m')
    expect(callsIn(graph).map(({ workflowId, at }) => `${at.id} ${workflowId}`)).toEqual(['m b'])
    expect(validateGraph(sub('b'))).toEqual([])
    expect(validateGraph(sub('')).map(({ code, path }) => `${code} ${path}`)).toEqual(['FIELD workflowId'])
  })

  test('has to be here, in that version: a graph from elsewhere says what it lacks', () => {
    const imported = Graph.parse(JSON.parse(JSON.stringify(sub('elsewhere'))))
    expect(codes(imported)).toEqual(['UNKNOWN_WORKFLOW s.workflowId'])
    expect(codes(sub('t', { version: 7 }), ['t', taking])).toEqual(['UNKNOWN_WORKFLOW s.version'])
    expect(codes(sub('t'), ['t', graphOf({ in: ['input'] })])).toEqual([])
  })

  test('leads in no circle, near or far; the way is named', () => {
    expect(checkCalls(sub('me'), self, known(['me', sub('me')]))[0]).toMatchObject({ code: 'WORKFLOW_CYCLE', params: { workflows: 'Me → Me' } })
    expect(checkCalls(sub('a'), self, known(['a', sub('b')], ['b', sub('me')]))[0]).toMatchObject({ params: { workflows: 'Me → A → B → Me' } })
    // One among others that leads past this workflow would keep it from ending, too.
    expect(checkCalls(sub('a'), self, known(['a', sub('b')], ['b', sub('a')]))[0]).toMatchObject({ params: { workflows: 'A → B → A' } })
    // Two ways to the same one are no circle.
    const twice = graphOf({ in: ['input'], x: ['subworkflow', { workflowId: 'a' }], y: ['subworkflow', { workflowId: 'b' }] }, 'in -> x', 'in -> y')
    expect(codes(twice, ['a', sub('b')], ['b', graphOf({ in: ['input'] })])).toEqual([])
  })

  test('is what tools of agents run, too, with the arguments that they ask for', () => {
    const tool = (workflowId: string, properties: object, required: string[] = []) => graphOf({ in: ['input'], ask: ['agent', { prompt: 'p', tools: [{ name: 'greet', parameters: { type: 'object', properties, required }, run: { kind: 'subworkflow', workflowId } }] }] }, 'in -> ask')
    expect(codes(tool('t', { who: { type: 'string' } }, ['who']), ['t', taking])).toEqual([])
    expect(codes(tool('t', { who: { type: 'number' } }, ['who']), ['t', taking])).toEqual(['SUB_INPUT ask.tools'])
    expect(codes(tool('nowhere', {}))).toEqual(['UNKNOWN_WORKFLOW ask.tools'])
    expect(codes(tool('me', {}), ['me', tool('me', {})])).toEqual(['WORKFLOW_CYCLE ask.tools'])
  })

  test('goes through eight of them at most', () => {
    const chain = (length: number) => Array.from({ length }, (_, index): [string, Graph] => [`w${index}`, index === length - 1 ? graphOf({ in: ['input'] }) : sub(`w${index + 1}`)])
    expect(codes(sub('w0'), ...chain(7))).toEqual([])
    expect(codes(sub('w0'), ...chain(8))).toEqual(['WORKFLOW_CYCLE s.workflowId'])
  })

  test.each([
    ['nothing said, and what arrives is not known', {}, []],
    ['all fields', { input: { who: '"Mina"', times: '3' } }, []],
    ['a field missing', { input: { times: '3' } }, ['SUB_INPUT s.input']],
    ['a field of another type', { input: { who: '3' } }, ['SUB_INPUT s.input']],
    ['a text for an object', { input: 'Hi {{ input }}' }, ['SUB_INPUT s.input']],
    ['an expression whose type nobody knows', { input: 'steps.in.output' }, []],
  ])('is given what it takes: %s', (_what, config, expected) => {
    expect(codes(sub('t', config), ['t', taking])).toEqual(expected)
  })

  test('is read only where it has something: the type of its output is known as far as its text tells', () => {
    expect(describeType(resultType(taking))).toBe('text')
    const agent = graphOf({ in: ['input'], a: ['agent', { prompt: 'p' }], out: ['output', {}] }, 'in -> a', 'a -> out')
    const reads = (path: string) => graphOf({ in: ['input'], s: ['subworkflow', { workflowId: 'a' }], t: ['transform', { expression: `steps.s.output.${path}` }] }, 'in -> s', 's -> t')
    expect(codes(reads('text'), ['a', agent])).toEqual([])
    expect(codes(reads('txt'), ['a', agent])).toEqual(['NO_SUCH_FIELD t.expression'])
  })
})
