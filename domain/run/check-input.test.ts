import { expect, test } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { checkInput } from './check-input'

const graph = (schema?: Json) => Graph.parse({ nodes: [{ id: 'in', type: 'input', name: 'in', position: { x: 0, y: 0 }, config: schema === undefined ? {} : { schema } }], edges: [] })
const request: Json = { type: 'object', properties: { request: { type: 'string' }, count: { type: 'integer' } }, required: ['request'] }

test.each<[Json | undefined, Json, string[]]>([
  [undefined, { anything: [1] }, []],
  [request, { request: '안녕' }, []],
  [request, { request: 'x', more: true }, []],
  [request, {}, ['request']],
  [request, { request: 5 }, ['request']],
  [request, 'text', ['']],
  [{ type: 'array', items: { type: 'number' } }, ['a'], ['']],
])('schema %j and input %j: %j at fault', (schema, input, paths) => {
  expect(checkInput(graph(schema), input).map((issue) => issue.path)).toEqual(paths)
})
