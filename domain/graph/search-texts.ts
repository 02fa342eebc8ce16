import type { Json } from '@/domain/json'
import { Graph, type GraphNode } from './graph'
import type { GraphEdit } from './graph-edit'
import { isLocked } from './node-types'

export type TextQuery = { text: string; matchCase: boolean }

/** A text that holds what is looked for: the name of a node, or something in a field of its settings. */
export type TextMatch = {
  /** The maps around its level, outermost first. */
  path: readonly string[]
  nodeId: string
  name: string
  /** `name`, or the way to the text in the settings: `tools.0.description`. */
  field: string
  text: string
  /** Where in the text, from its first character; none overlaps another. */
  at: readonly number[]
  locked: boolean
}

/** Fields that name nodes, workflows or settings to choose from: no text that somebody wrote. */
const NO_TEXT = new Set(['members', 'to', 'from', 'workflowId', 'mode', 'method', 'onError', 'onTimeout'])

/** All texts of a workflow, its maps included, that hold what is looked for, in the order of the nodes. */
export function findTexts(root: Graph, query: TextQuery): TextMatch[] {
  return query.text === '' ? [] : findIn(root, query, [], false)
}

function findIn(graph: Graph, query: TextQuery, path: readonly string[], around: boolean): TextMatch[] {
  return graph.nodes.flatMap((node) => {
    const locked = around || isLocked(node)
    const own = [{ field: 'name', text: node.name }, ...textsOf(node)].flatMap(({ field, text }): TextMatch[] => {
      const at = placesIn(text, query)
      return at.length === 0 ? [] : [{ path, nodeId: node.id, name: node.name, field, text, at, locked }]
    })
    const body = bodyOf(node)
    return body ? [...own, ...findIn(body, query, [...path, node.id], locked)] : own
  })
}

/**
 * Replaces what is looked for, as one edit of the outermost level. What is locked stays.
 * @param only one text; left out: all
 */
export function replaceTexts(root: Graph, query: TextQuery, by: string, only?: Pick<TextMatch, 'path' | 'nodeId' | 'field'>): GraphEdit {
  const wanted = only && [...only.path, only.nodeId, only.field].join('/')
  const nodes = query.text === '' ? [] : replacedIn(root, query, by, [], wanted)
  return { do: 'put', nodes }
}

/** The nodes that come out different. */
function replacedIn(graph: Graph, query: TextQuery, by: string, path: readonly string[], wanted: string | undefined): GraphNode[] {
  return graph.nodes.flatMap((node) => {
    if (isLocked(node)) return []
    const put = (field: string, text: string) => (wanted === undefined || wanted === [...path, node.id, field].join('/') ? putIn(text, query, by) : text)
    const config = mapTexts(node.config, put)
    const body = bodyOf(node)
    if (body) {
      const changed = new Map(replacedIn(body, query, by, [...path, node.id], wanted).map((one) => [one.id, one]))
      if (changed.size > 0) config.body = { ...body, nodes: body.nodes.map((one) => changed.get(one.id) ?? one) }
    }
    // A node keeps a name: one that would come out empty, or too long, stays.
    const renamed = put('name', node.name).slice(0, 120)
    const next: GraphNode = { ...node, name: renamed.trim() === '' ? node.name : renamed, config }
    return JSON.stringify(next) === JSON.stringify(node) ? [] : [next]
  })
}

function placesIn(text: string, { text: wanted, matchCase }: TextQuery): number[] {
  const hay = matchCase ? text : folded(text)
  const needle = matchCase ? wanted : folded(wanted)
  const places: number[] = []
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + needle.length)) places.push(at)
  return places
}

function putIn(text: string, query: TextQuery, by: string): string {
  let end = 0
  const parts = placesIn(text, query).map((at) => {
    const kept = text.slice(end, at)
    end = at + query.text.length
    return kept + by
  })
  return parts.join('') + text.slice(end)
}

/** Lower case that is as long as what it is of: İ has two letters in lower case, and places would shift. */
function folded(text: string): string {
  return [...text].map((letter) => (letter.toLowerCase().length === letter.length ? letter.toLowerCase() : letter)).join('')
}

function bodyOf({ type, config }: GraphNode): Graph | undefined {
  const body = type === 'map' ? Graph.safeParse(config.body) : undefined
  return body?.success ? body.data : undefined
}

function textsOf(node: GraphNode): { field: string; text: string }[] {
  const found: { field: string; text: string }[] = []
  mapTexts(node.config, (field, text) => (found.push({ field, text }), text))
  return found
}

function mapTexts(config: GraphNode['config'], change: (field: string, text: string) => string): GraphNode['config'] {
  return Object.fromEntries(Object.entries(config).map(([field, value]) => [field, NO_TEXT.has(field) || field === 'body' && typeof value !== 'string' ? value : within(value, field, change)]))
}

function within(value: Json, field: string, change: (field: string, text: string) => string): Json {
  if (typeof value === 'string') return change(field, value)
  if (Array.isArray(value)) return value.map((one, index) => within(one, `${field}.${index}`, change))
  return value !== null && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, within(one, `${field}.${key}`, change)])) : value
}
