import { afterAll, describe, expect, test, vi } from 'vitest'
import { validateGraph } from '@/domain/graph/validate'
import { createTemplates } from '@/server/adapters/templates/create-templates'
import { createWorld } from '@/server/engine/engine-world.suite'
import { readForeign } from './read-foreign'

// Sums of numbers out of JSON are what the real one alone works out.
const templates = createTemplates({ threads: 1 })
afterAll(() => templates.close())

const node = (id: string, type: string, data: object = {}, parentId?: string) => ({ id, type: 'custom', ...(parentId !== undefined && { parentId }), position: { x: 0, y: 0 }, data: { type, title: id, ...data } })
const edge = (source: string, target: string, sourceHandle = 'source') => ({ source, target, sourceHandle, targetHandle: 'target' })
const variable = (label: string, var_type: string, value: string) => ({ label, var_type, value, value_type: 'constant' })
const loopOf = (data: object) => node('again', 'loop', { loop_count: 10, logical_operator: 'and', break_conditions: [], loop_variables: [variable('num', 'number', '1'), variable('seen', 'array[string]', '["a"]')], ...data })
const start = [node('begin', 'start', { variables: [] }), node('first', 'loop-start', {}, 'again')]
const end = node('done', 'end', { outputs: [{ variable: 'num', value_selector: ['again', 'num'] }, { variable: 'seen', value_selector: ['again', 'seen'] }] })
const change = (operation: string, name: string, value: unknown) => ({ variable_selector: ['again', name], operation, input_type: 'constant', value })

function read(nodes: object[], edges: object[]) {
  const found = readForeign({ kind: 'app', app: { mode: 'workflow', name: 'Loop' }, workflow: { graph: { nodes, edges } } }, 'loop.yml')
  if (!found?.ok) throw new Error('not read')
  const { document: { graph }, remarks } = found.found
  expect(validateGraph(graph)).toEqual([])
  return { graph, todos: remarks.filter(({ level }) => level !== 'changed').map(({ code, detail }) => `${code} ${detail ?? ''}`), told: remarks.map(({ code }) => code) }
}

async function outputOf(graph: ReturnType<typeof read>['graph']) {
  const world = createWorld({ models: () => '', templates })
  const run = await world.begin(graph, {})
  await vi.waitFor(async () => expect((await world.state(run)).status).toMatch(/completed|failed/), { timeout: 30_000 })
  const { status, output } = await world.state(run)
  return { status, output }
}

describe('a loop of Dify', () => {
  const step = node('step', 'assigner', { version: '2', items: [change('+=', 'num', 1), change('append', 'seen', 'b')] }, 'again')
  const edges = [edge('begin', 'again'), edge('first', 'step'), edge('again', 'done')]

  test('goes round until its condition holds', async () => {
    const { graph, todos, told } = read([...start, loopOf({ break_conditions: [{ variable_selector: ['again', 'num'], comparison_operator: '≥', value: '3', varType: 'number' }] }), step, end], edges)
    expect([todos, told.includes('LOOP_AS_MAP')]).toEqual([[], true])
    expect(await outputOf(graph)).toEqual({ status: 'completed', output: { num: 3, seen: ['a', 'b', 'b'] } })
  })
  test('goes round as often as it says, where nothing ends it', async () => {
    expect(await outputOf(read([...start, loopOf({ loop_count: 4 }), step, end], edges).graph)).toMatchObject({ output: { num: 5 } })
  })
  test('ends where one of its steps ends it', async () => {
    const when = node('when', 'if-else', { cases: [{ case_id: 'true', logical_operator: 'and', conditions: [{ variable_selector: ['again', 'num'], comparison_operator: '>', value: '2', varType: 'number' }] }] }, 'again')
    const { graph } = read([...start, loopOf({}), step, when, node('stop', 'loop-end', {}, 'again'), end], [...edges, edge('step', 'when'), edge('when', 'stop', 'true')])
    expect(await outputOf(graph)).toMatchObject({ status: 'completed', output: { num: 3 } })
  })
  test('tells which of its changes are not made here', () => {
    const odd = node('step', 'assigner', { version: '2', items: [change('remove-first', 'seen', null)] }, 'again')
    expect(read([...start, loopOf({}), odd, end], edges).todos).toEqual(['STATE seen: remove-first'])
  })
})
