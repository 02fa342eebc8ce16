import type { TypedNode } from '@/domain/graph/node-types'
import type { Json } from '@/domain/json'
import { layOutPrompt, sharedContext } from '@/domain/run/agent-prompt'
import type { StepScope } from '@/domain/run/scope'
import type { AttemptDeps, AttemptOf, Prepared } from './prepared'

type AgentNode = Extract<TypedNode, { type: 'agent' }>

/** Renders the prompts and lays them out; the work is one model call whose text streams. */
export async function prepareAgent(deps: AttemptDeps, node: AgentNode, scope: StepScope, of: AttemptOf): Promise<Prepared> {
  const { config } = node
  const role = config.system === undefined ? '' : await deps.templates.render(config.system, scope)
  const prompt = await deps.templates.render(config.prompt, scope)
  const messages = layOutPrompt(config.shareContext ? sharedContext(scope.input) : '', role, prompt)
  const input: Json = { messages, ...(config.model !== undefined && { model: config.model }) }
  return {
    input,
    run: async (signal, onText) => {
      const reply = await deps.models.chat(
        {
          messages,
          ...(config.model !== undefined && { model: config.model }),
          ...(config.temperature !== undefined && { temperature: config.temperature }),
          ...(config.maxTokens !== undefined && { maxTokens: config.maxTokens }),
          ...(config.responseSchema && { responseSchema: config.responseSchema }),
          ...(config.tools?.length && { tools: config.tools }),
          run: { runId: of.runId, workflowId: of.workflowId, nodeId: of.key, attempt: of.attempt, trace: of.trace, priority: of.priority, callsToCome: of.callsToCome },
        },
        { signal, onText },
      )
      const output: Json = {
        text: reply.text,
        ...(reply.json !== undefined && { json: reply.json }),
        ...(reply.toolCalls?.length && { toolCalls: reply.toolCalls }),
        usage: { ...reply.usage },
      }
      return { output, usage: reply.usage, route: reply.route }
    },
  }
}
