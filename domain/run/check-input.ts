import type { Graph } from '@/domain/graph/graph'
import { accepts, describeType, typeOfSchema, typeOfValue, type ValueType } from '@/domain/graph/value-type'
import type { Json } from '@/domain/json'

/** `expected` and `found` are types; left out: the field is missing. */
export type InputIssue = { path: string; message: string; expected?: string; found?: string }

/** What keeps `input` from being taken by the graph's input node, field by field. Empty: it fits. */
export function checkInput(graph: Graph, input: Json): InputIssue[] {
  const schema = graph.nodes.find((node) => node.type === 'input')?.config.schema
  const expected = typeOfSchema(schema)
  const found = typeOfValue(input)
  if (accepts(expected, found)) return []
  if (expected.kind !== 'object' || found.kind !== 'object') return [wrongType('', expected, found)]
  return expected.required.flatMap((key) => {
    const field = found.fields[key]
    const wanted = expected.fields[key]
    if (field === undefined) return [{ path: key, message: 'is missing' }]
    return wanted === undefined || accepts(wanted, field) ? [] : [wrongType(key, wanted, field)]
  })
}

function wrongType(path: string, wanted: ValueType, given: ValueType): InputIssue {
  const [expected, found] = [describeType(wanted), describeType(given)]
  return { path, message: `expected ${expected}, found ${found}`, expected, found }
}
