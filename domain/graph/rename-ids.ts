import type { Json } from '@/domain/json'
import { Graph, type GraphNode } from './graph'

/** Old ids of nodes, each with its new one. */
export type RenamedIds = ReadonlyMap<string, string>

/** A read of a step, by a dot or in brackets; in a hyphenated id the longest name counts. */
const READ = /\bsteps(?:\.([A-Za-z0-9_-]+)|\[(["'])([A-Za-z0-9_-]+)\2\])/g

/** A node's settings when nodes of its level got other ids: what it reads, to whom it sends and whom it holds follows them. */
export function withRenamedIds({ type, config }: Pick<GraphNode, 'type' | 'config'>, renamed: RenamedIds): GraphNode['config'] {
  const follow = (id: Json | undefined) => (typeof id === 'string' ? (renamed.get(id) ?? id) : id)
  return Object.fromEntries(Object.entries(config).map(([field, value]): [string, Json] => {
    if (type === 'group' && field === 'members' && Array.isArray(value)) return [field, value.map((id) => follow(id)!)]
    if (type === 'message' && (field === 'to' || field === 'from')) return [field, follow(value)!]
    if (type === 'map' && field === 'body') return [field, withinBody(value, renamed)]
    return [field, inTexts(value, renamed)]
  }))
}

/** What a body calls by its own names stays: they hide those around it. */
function withinBody(value: Json, renamed: RenamedIds): Json {
  const body = Graph.safeParse(value)
  if (!body.success) return value
  const own = new Set<string>(body.data.nodes.map((node) => node.id))
  const outer = new Map([...renamed].filter(([id]) => !own.has(id)))
  return { ...body.data, nodes: body.data.nodes.map((node) => ({ ...node, config: withRenamedIds(node, outer) })) }
}

function inTexts(value: Json, renamed: RenamedIds): Json {
  if (typeof value === 'string') {
    return value.replaceAll(READ, (whole, dotted: string | undefined, quote: string | undefined, keyed: string | undefined) => {
      const next = renamed.get(dotted ?? keyed ?? '')
      if (next === undefined) return whole
      return quote === undefined ? `steps.${next}` : `steps[${quote}${next}${quote}]`
    })
  }
  if (Array.isArray(value)) return value.map((one) => inTexts(one, renamed))
  return value !== null && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inTexts(one, renamed)])) : value
}
