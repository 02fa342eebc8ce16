import type { Graph } from '@/domain/graph/graph'
import { textsIn, validateGraph, type GraphIssue } from '@/domain/graph/validate'
import type { Proofreader } from '@/server/ports/templates'

export type Proofread = { proofreader: Proofreader }

/** Everything that keeps a graph from running, what is wrong within its templates and expressions included. */
export async function issuesOfGraph({ proofreader }: Proofread, graph: Graph, nested = false): Promise<GraphIssue[]> {
  const texts = textsIn(graph)
  const faults = await Promise.all(texts.map(async (text) => [keyOf(text), await proofreader.check(text)] as const))
  const known = new Map(faults)
  return validateGraph(graph, nested, (text) => known.get(keyOf(text)))
}

const keyOf = ({ language, text }: { language: string; text: string }): string => `${language} ${text}`
