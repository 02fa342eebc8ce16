import type { Json } from '@/domain/json'
import { Graph, isRemark, type GraphNode } from './graph'

/**
 * A short text that is equal for equal values, whatever the order of their keys. 53 bits, for telling whether something
 * changed; no proof against somebody who wants two values to look alike.
 */
export function printOf(value: Json): string {
  return hash(canonical(value))
}

/** What is set on a node without changing what it gives: how often it tries, how long it may take. */
const NO_EFFECT = new Set(['pinnedOutput', 'retry', 'timeoutMs', 'stepTimeoutMs', 'critical', 'priority', 'locked', 'todos'])

/** The print of all in a node's config that its output depends on. Where the nodes of a map's body lie is no part of it. */
export function configPrint(node: Pick<GraphNode, 'type' | 'config'>): string {
  const known = printed.get(node.config)
  if (known?.type === node.type) return known.print
  const print = printOf([node.type, effective(node)])
  printed.set(node.config, { type: node.type, print })
  return print
}

/** Configs are never changed, only replaced: at every stroke of a key those of all other nodes are the same. */
const printed = new WeakMap<GraphNode['config'], { type: GraphNode['type']; print: string }>()

function effective({ config }: Pick<GraphNode, 'config'>): Json {
  const kept = Object.entries(config).filter(([field]) => !NO_EFFECT.has(field))
  return Object.fromEntries(kept.map(([field, value]) => [field, field === 'body' ? bodyOf(value) : value]))
}

function bodyOf(value: Json): Json {
  const body = Graph.safeParse(value)
  if (!body.success) return value
  return {
    nodes: body.data.nodes.filter((node) => !isRemark(node.type)).map((node) => [node.id, node.type, effective(node)]),
    edges: body.data.edges.map((edge) => [edge.source, edge.sourceHandle ?? 'out', edge.target, edge.targetHandle ?? 'in']),
  }
}

function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key]!)}`).join(',')}}`
}

/** cyrb53. @see https://github.com/bryc/code/blob/master/jshash/experimental/cyrb53.js (public domain) */
function hash(text: string): string {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    a = Math.imul(a ^ code, 2_654_435_761)
    b = Math.imul(b ^ code, 1_597_334_677)
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909)
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909)
  return (4_294_967_296 * (2_097_151 & b) + (a >>> 0)).toString(36)
}
