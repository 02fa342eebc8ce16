import { isRemark, type Graph } from '@/domain/graph/graph'
import { MemoryKey, outputType } from '@/domain/graph/node-types'
import { ancestorsOf } from '@/domain/graph/order'
import { describeType, type ValueType } from '@/domain/graph/value-type'
import { isRecord } from './schema-fields'

export type InsertablePath = { path: string; type: string; node: string }

/** How deep fields are offered; what lies deeper is typed by hand. */
const DEPTH = 2

/** The values that a node's templates and expressions may use: the run's input, and what stands before it. */
export function insertablePaths(graph: Graph, nodeId: string): InsertablePath[] {
  const upstream = ancestorsOf(graph, nodeId)
  const input = graph.nodes.find((node) => node.type === 'input')
  return [
    ...pathsOf('input', input ? outputType('input', input.config) : { kind: 'any' }, input?.name ?? 'input'),
    ...graph.nodes
      .filter((node) => upstream.has(node.id) && node.type !== 'input' && !isRemark(node.type))
      .flatMap((node) => pathsOf(`steps.${node.id}.output`, outputType(node.type, node.config), node.name)),
    ...memoryKeys(graph).map(([key, node]) => ({ path: `memory${pathField(key)}`, type: 'any', node })),
  ]
}

function pathsOf(path: string, type: ValueType, node: string, depth = 0): InsertablePath[] {
  const here = { path, type: describeType(type), node }
  if (type.kind !== 'object' || depth === DEPTH) return [here]
  const inner = Object.entries(type.fields).flatMap(([name, type]) => pathsOf(`${path}${pathField(name)}`, type, node, depth + 1))
  return [here, ...inner]
}

/** A field as templates and expressions read it. */
export function pathField(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `["${name}"]`
}

/** Keys of the run's memory that some node of the level writes, each with one that does. */
function memoryKeys(graph: Graph): [key: string, node: string][] {
  const found = graph.nodes.flatMap(({ name, config }) => (Array.isArray(config.remember) ? config.remember : []).flatMap((entry): [string, string][] => {
    const key = MemoryKey.safeParse(isRecord(entry) ? entry.key : undefined)
    return key.success ? [[key.data, name]] : []
  }))
  return [...new Map(found)]
}
