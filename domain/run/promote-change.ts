import type { Graph, GraphNode } from '@/domain/graph/graph'
import { sameJson, type Json } from '@/domain/json'

/** A field of a node's settings that goes into the draft. */
export type PromotedField = {
  nodeId: string
  name: string
  field: string
  /** What the draft has now, and what it gets; undefined: no such field. */
  from: Json | undefined
  to: Json | undefined
  /** The draft has neither run's value: someone has changed it since. */
  edited: boolean
}

export type Promotion = {
  graph: Graph
  fields: PromotedField[]
  /** Nodes that differ but that the draft does not have (any more), or has as another type. */
  missing: string[]
}

/** The settings in which two runs differ, as the winner has them, taken into a draft. All else of the draft stays as it is. */
export function promoteChange(draft: Graph, loser: Graph, winner: Graph): Promotion {
  const lost = new Map(loser.nodes.map((node) => [node.id as string, node]))
  const drafted = new Map(draft.nodes.map((node) => [node.id as string, node]))
  const fields: PromotedField[] = []
  const missing: string[] = []
  const changed = new Map<string, GraphNode>()
  for (const node of winner.nodes) {
    const before = lost.get(node.id)
    const names = before ? fieldsThatDiffer(before.config, node.config) : []
    if (names.length === 0) continue
    const target = drafted.get(node.id)
    if (!target || target.type !== node.type) {
      missing.push(node.name)
      continue
    }
    const promoted = names.flatMap((field): PromotedField[] => {
      const [from, to, other] = [own(target.config, field), own(node.config, field), own(before!.config, field)]
      return same(from, to) ? [] : [{ nodeId: node.id, name: target.name, field, from, to, edited: !same(from, other) }]
    })
    if (promoted.length === 0) continue
    fields.push(...promoted)
    changed.set(node.id, { ...target, config: withFields(target.config, promoted) })
  }
  return { graph: { ...draft, nodes: draft.nodes.map((node) => changed.get(node.id) ?? node) }, fields, missing }
}

type Config = GraphNode['config']

function own(config: Config, field: string): Json | undefined {
  return Object.hasOwn(config, field) ? config[field] : undefined
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  return a === undefined || b === undefined ? a === b : sameJson(a, b)
}

/** Names of the settings in which two nodes differ. */
export function fieldsThatDiffer(a: Config, b: Config): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((field) => !same(own(a, field), own(b, field)))
}

function withFields(config: Config, fields: readonly PromotedField[]): Config {
  const taken = new Set(fields.map((one) => one.field))
  const kept = Object.entries(config).filter(([field]) => !taken.has(field))
  return Object.fromEntries([...kept, ...fields.flatMap(({ field, to }) => (to === undefined ? [] : [[field, to] as const]))])
}
