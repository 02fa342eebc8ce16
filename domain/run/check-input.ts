import type { Graph } from '@/domain/graph/graph'
import { accepts, describeType, typeOfSchema, typeOfValue } from '@/domain/graph/value-type'
import type { Json } from '@/domain/json'

/** What keeps `input` from being taken by the graph's input node, field by field. Empty: it fits. */
export function checkInput(graph: Graph, input: Json): { path: string; message: string }[] {
  const schema = graph.nodes.find((node) => node.type === 'input')?.config.schema
  const expected = typeOfSchema(schema)
  const found = typeOfValue(input)
  if (accepts(expected, found)) return []
  if (expected.kind !== 'object' || found.kind !== 'object') return [{ path: '', message: `expected ${describeType(expected)}, found ${describeType(found)}` }]
  return expected.required.flatMap((key) => {
    const field = found.fields[key]
    const wanted = expected.fields[key]
    if (field === undefined) return [{ path: key, message: 'is missing' }]
    return wanted === undefined || accepts(wanted, field) ? [] : [{ path: key, message: `expected ${describeType(wanted)}, found ${describeType(field)}` }]
  })
}
