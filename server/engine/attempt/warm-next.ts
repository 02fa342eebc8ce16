import type { TypedNode } from '@/domain/graph/node-types'
import { layOutPrompt, sharedContext } from '@/domain/run/agent-prompt'
import { knownPrefix } from '@/domain/run/known-prefix'
import { locate, type RunGraph } from '@/domain/run/run-graph'
import { stepOf, type RunState } from '@/domain/run/run-state'
import { scopeOf } from '@/domain/run/scope'
import type { WarmUp } from '@/server/ports/model-gateway'
import type { AttemptDeps } from './prepared'

/** Nodes that take no time: the agent behind them comes as soon as what is before them has ended. */
const PASSING: ReadonlySet<TypedNode['type']> = new Set(['transform', 'merge', 'condition'])
const MOST_AGENTS = 2
/** Less is computed in the time that the asking takes. */
const LEAST_CHARACTERS = 1_024

/**
 * Asks that the KV cache takes in, ahead of time, what is known already of the prompts of the agents that follow step `key`.
 * Whether there is room for it is the router's business. Never fails; ends with `signal`.
 */
export async function warmNext({ templates, warm }: Pick<AttemptDeps, 'templates' | 'warm'>, run: RunState, graph: RunGraph, { runId, key, signal }: { runId: string; key: string; signal: AbortSignal }): Promise<void> {
  if (!warm) return
  for (const { key: next, config } of agentsAfter(run, graph, key)) {
    try {
      const scope = scopeOf(run, graph, next, runId)
      const role = knownPrefix(config.system ?? '', scope.steps)
      const prompt = role.whole ? knownPrefix(config.prompt, scope.steps).template : ''
      const messages: WarmUp['messages'] = layOutPrompt(config.shareContext ? sharedContext(scope.input) : '', await templates.render(role.template, scope), await templates.render(prompt, scope))
      if (messages.reduce((sum, { content }) => sum + content.length, 0) < LEAST_CHARACTERS || signal.aborted) continue
      await warm({ messages, runId, nodeId: next, ...(config.model !== undefined && { model: config.model }), ...(config.tools?.length && { tools: config.tools }) }, signal)
    } catch {
      // A template that cannot be rendered fails its own step, with its own words.
    }
  }
}

function agentsAfter(run: RunState, graph: RunGraph, key: string): { key: string; config: Extract<TypedNode, { type: 'agent' }>['config'] }[] {
  const at = locate(graph, key)
  if (!at) return []
  const found: ReturnType<typeof agentsAfter> = []
  const seen = new Set<string>()
  const queue = [at.node.id as string]
  for (let id = queue.shift(); id !== undefined && found.length < MOST_AGENTS; id = queue.shift()) {
    for (const edge of at.level.outOf.get(id) ?? []) {
      const node = at.level.nodes.get(edge.target)
      if (!node || seen.has(node.id)) continue
      seen.add(node.id)
      if (stepOf(run, at.prefix + node.id).state.kind !== 'pending') continue
      if (node.type === 'agent' && node.config.pinnedOutput === undefined) found.push({ key: at.prefix + node.id, config: node.config })
      else if (PASSING.has(node.type)) queue.push(node.id)
    }
  }
  return found.slice(0, MOST_AGENTS)
}
