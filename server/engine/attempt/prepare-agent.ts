import type { TypedNode } from '@/domain/graph/node-types'
import { sameJson, type Json } from '@/domain/json'
import { layOutPrompt, sharedContext } from '@/domain/run/agent-prompt'
import type { StepScope } from '@/domain/run/scope'
import type { ChatMessage } from '@/domain/run/tool-loop'
import type { ModelRequest } from '@/server/ports/model-gateway'
import type { AttemptDeps, AttemptOf, Prepared } from './prepared'

type AgentNode = Extract<TypedNode, { type: 'agent' }>

/** Renders the prompts and lays them out; the work is one model call whose text streams. With tools of its own it waits for its turns. */
export async function prepareAgent(deps: AttemptDeps, { config }: AgentNode, scope: StepScope, of: AttemptOf): Promise<Prepared> {
  const role = config.system === undefined ? '' : await deps.templates.render(config.system, scope)
  const prompt = await deps.templates.render(config.prompt, scope)
  const messages = layOutPrompt(config.shareContext ? sharedContext(scope.input) : '', role, prompt)
  const input: Json = { messages, ...(config.model !== undefined && { model: config.model }) }
  // Turns that the run took over are its own as long as they were asked just this.
  if (of.loop) return { input: { ...input, firstTurn: of.loop.askedBefore !== undefined && sameJson(of.loop.askedBefore, input) ? 0 : of.loop.turnsBegun, ...(config.remember?.length && { seen: of.loop.seen }) } }
  return { input, run: askModel(deps, config, messages, runOf(of)) }
}

/** One call of the model with what the agent says of it. */
export function askModel({ models }: Pick<AttemptDeps, 'models'>, config: AgentNode['config'], messages: ChatMessage[], run: ModelRequest['run']): NonNullable<Prepared['run']> {
  return async (signal, onText) => {
    const reply = await models.chat(
      {
        messages,
        ...(config.model !== undefined && { model: config.model }),
        ...(config.temperature !== undefined && { temperature: config.temperature }),
        ...(config.maxTokens !== undefined && { maxTokens: config.maxTokens }),
        ...(config.responseSchema && { responseSchema: config.responseSchema }),
        ...(config.tools?.length && { tools: config.tools }),
        run,
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
  }
}

export function runOf({ runId, workflowId, key, attempt, trace, priority, callsToCome }: AttemptOf): ModelRequest['run'] {
  return { runId, workflowId, nodeId: key, attempt, trace, priority, callsToCome }
}
