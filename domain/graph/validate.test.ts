import { describe, expect, it } from 'vitest'
import { Graph } from './graph'
import { placeOf, refuseEdge, validateGraph } from './validate'

type NodeSpec = [id: string, type: string, config?: Record<string, unknown>]
const graphOf = (nodes: NodeSpec[], edges: string[]) =>
  Graph.parse({
    nodes: nodes.map(([id, type, config]) => ({ id, type, name: id.toUpperCase(), position: { x: 0, y: 0 }, config: config ?? {} })),
    edges: edges.map((text) => {
      const [from, target] = text.split('>') as [string, string]
      const [source, sourceHandle] = from.split(':') as [string, string | undefined]
      return { id: text, source, target, ...(sourceHandle && { sourceHandle }) }
    }),
  })
const codes = (graph: Graph) => validateGraph(graph).map((issue) => issue.code)

describe('validateGraph', () => {
  it('accepts a plain chain', () => {
    expect(validateGraph(graphOf([['in', 'input'], ['a', 'agent', { prompt: 'Hi {{ input }}' }], ['out', 'output']], ['in>a', 'a>out']))).toEqual([])
  })

  it.each([
    ['a cycle', graphOf([['a', 'transform', { expression: '1' }], ['b', 'transform', { expression: '1' }]], ['a>b', 'b>a']), 'CYCLE'],
    ['an edge into nothing', graphOf([['a', 'input']], ['a>b']), 'UNKNOWN_NODE'],
    ['a handle that is not there', graphOf([['a', 'input'], ['b', 'merge']], ['a:true>b']), 'UNKNOWN_HANDLE'],
    ['a missing prompt', graphOf([['a', 'agent', {}]], []), 'FIELD'],
    ['an unknown field', graphOf([['a', 'agent', { prompt: 'x', promt: 'y' }]], []), 'FIELD'],
    ['an object into a map', graphOf([['a', 'agent', { prompt: 'x' }], ['m', 'map', { body: { nodes: [{ id: 'i', type: 'input', name: 'i', position: { x: 0, y: 0 } }], edges: [] } }]], ['a>m']), 'TYPE_CLASH'],
    ['a reference to no node', graphOf([['a', 'agent', { prompt: '{{ steps.nobody.output.text }}' }]], []), 'UNKNOWN_REFERENCE'],
    ['a reference to a node that is not upstream', graphOf([['a', 'agent', { prompt: '{{ steps.b.output.text }}' }], ['b', 'agent', { prompt: 'x' }]], []), 'NOT_UPSTREAM'],
    ['a field the output lacks', graphOf([['a', 'agent', { prompt: 'x' }], ['b', 'transform', { expression: 'steps.a.output.txt' }]], ['a>b']), 'NO_SUCH_FIELD'],
    ['a condition with nothing coming in', graphOf([['c', 'condition', { expression: 'true' }]], []), 'NO_INPUT'],
    ['two inputs', graphOf([['a', 'input'], ['b', 'input']], []), 'SEVERAL_INPUTS'],
    ['an empty body', graphOf([['i', 'input'], ['m', 'map', { items: 'input.list', body: { nodes: [], edges: [] } }]], ['i>m']), 'NESTED'],
    ['a message for nobody', graphOf([['s', 'message', { to: 'gone' }]], []), 'NO_RECEIVER'],
    ['a message out of a map for nobody', graphOf([['m', 'map', { items: '[1]', body: { nodes: [{ id: 's', type: 'message', name: 'S', position: { x: 0, y: 0 }, config: { to: 'gone' } }], edges: [] } }]], []), 'NO_RECEIVER'],
    ['a message for one that itself sends', graphOf([['s', 'message', { to: 't' }], ['t', 'message', { to: 's' }]], []), 'NO_RECEIVER'],
    ['a wait for what nobody sends', graphOf([['r', 'message', { mode: 'receive' }]], []), 'NO_SENDER'],
    ['a wait for one that sends to another', graphOf([['r', 'message', { mode: 'receive', from: 's' }], ['q', 'message', { mode: 'receive' }], ['s', 'message', { to: 'q' }]], []), 'NO_SENDER'],
    ['a wait for what comes after it', graphOf([['r', 'message', { mode: 'receive' }], ['s', 'message', { to: 'r' }]], ['r>s']), 'SENT_TOO_LATE'],
    ['sending without saying to whom', graphOf([['s', 'message']], []), 'FIELD'],
    ['no nodes', graphOf([], []), 'EMPTY'],
  ])('names %s', (_, graph, code) => {
    expect(codes(graph)).toContain(code)
  })

  it('leads to the node at fault through all maps around it', () => {
    const map = (id: string, ...nodes: object[]) => ({ id, type: 'map', name: id, position: { x: 0, y: 0 }, config: { items: '[1]', body: { nodes, edges: [] } } })
    const [found] = validateGraph(Graph.parse({ nodes: [map('outer', map('inner', { id: 'ask', type: 'agent', name: 'Ask', position: { x: 0, y: 0 }, config: {} }))], edges: [] }))
    expect(placeOf(found!, ['around'])).toEqual({ path: ['around', 'outer', 'inner'], nodeId: 'ask' })
    const [empty] = validateGraph(Graph.parse({ nodes: [map('outer', map('inner'))], edges: [] }))
    expect(placeOf(empty!)).toEqual({ path: ['outer', 'inner'] })
  })

  it('accepts messages between branches, and out of a map', () => {
    const body = { nodes: [{ id: 's', type: 'message', name: 'S', position: { x: 0, y: 0 }, config: { to: 'r' } }], edges: [] }
    expect(validateGraph(graphOf([['in', 'input'], ['m', 'map', { items: '[1]', body }], ['r', 'message', { mode: 'receive', from: 's' }], ['t', 'message', { to: 'q', payload: 'input.x' }], ['q', 'message', { mode: 'receive' }]], ['in>t']))).toEqual([])
  })

  it('lets a fallback branch read what went wrong, and only there', () => {
    const graph = (onError: string, field: string) => graphOf([['a', 'agent', { prompt: 'x', onError }], ['b', 'transform', { expression: `steps.a.output.${field}` }]], [`a:${onError === 'branch' ? 'error' : 'out'}>b`])
    expect(codes(graph('branch', 'message'))).toEqual([])
    expect(codes(graph('branch', 'text'))).toEqual([])
    expect(codes(graph('branch', 'status'))).toEqual(['NO_SUCH_FIELD'])
    expect(codes(graph('fail', 'message'))).toEqual(['NO_SUCH_FIELD'])
  })

  it('names both ends and both types of a clash', () => {
    const graph = graphOf([['a', 'agent', { prompt: 'x' }], ['m', 'map', {}]], [])
    expect(refuseEdge(graph, { source: graph.nodes[0]!.id, target: graph.nodes[1]!.id })?.message).toBe(
      '"M" expects list, but "A" gives object {text, json?, toolCalls?, usage}',
    )
  })

  it('refuses the edge that would close a circle, and no other', () => {
    const graph = graphOf([['a', 'transform', { expression: '1' }], ['b', 'transform', { expression: '1' }], ['c', 'merge']], ['a>b', 'b>c'])
    const id = (index: number) => graph.nodes[index]!.id
    expect(refuseEdge(graph, { source: id(2), target: id(0) })?.code).toBe('CYCLE')
    expect(refuseEdge(graph, { source: id(0), target: id(0) })?.code).toBe('CYCLE')
    expect(refuseEdge(graph, { source: id(0), target: id(2) })).toBeUndefined()
  })
})

it('a disabled node may be unfinished, agrees with any type, and sends and receives nothing', () => {
  const graph = Graph.parse({
    nodes: [
      { id: 'in', type: 'input', name: 'In', position: { x: 0, y: 0 }, config: {} },
      { id: 'off', type: 'condition', name: 'Off', position: { x: 0, y: 0 }, config: { disabled: true } },
      { id: 'each', type: 'map', name: 'Each', position: { x: 0, y: 0 }, config: { disabled: true } },
      { id: 'tell', type: 'message', name: 'Tell', position: { x: 0, y: 0 }, config: { disabled: true, mode: 'send', to: 'nobody' } },
      { id: 'end', type: 'output', name: 'End', position: { x: 0, y: 0 }, config: { value: 'steps.off.output.anything' } },
    ],
    edges: [{ id: '1', source: 'in', target: 'off' }, { id: '2', source: 'off', sourceHandle: 'true', target: 'each' }, { id: '3', source: 'each', target: 'tell' }, { id: '4', source: 'tell', target: 'end' }],
  })
  expect(validateGraph(graph)).toEqual([])
  const on = { ...graph, nodes: graph.nodes.map((node) => ({ ...node, config: { ...node.config, disabled: false } })) }
  expect(validateGraph(on).length).toBeGreaterThan(3)
})
