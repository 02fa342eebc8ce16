import type { Graph } from '@/domain/graph/graph'
import { graphOf } from './template'

export type ChainAgent = { name: string; system?: string | undefined; prompt?: string | undefined; model?: string | undefined }

/**
 * A list of agents in order as a graph: input, agents in a row, output.
 * An agent without a prompt gets what came before it: the run's input, or the words of the agent before.
 */
export function agentChain(agents: readonly ChainAgent[]): Graph {
  const ids = agents.map((_, index) => `agent${index + 1}`)
  const before = (index: number): string => (index === 0 ? '{% if input.request %}{{ input.request }}{% else %}{{ input | json }}{% endif %}' : `{{ steps.${ids[index - 1]}.output.text }}`)
  const row = ['input', ...ids, 'output']
  return graphOf(
    [
      ['input', 'input', 'Input', [0, 0], {}],
      ...agents.map(({ name, system, prompt, model }, index): Parameters<typeof graphOf>[0][number] => [
        ids[index]!, 'agent', name, [index + 1, 0],
        { prompt: prompt?.trim() ? prompt : before(index), ...(system?.trim() && { system }), ...(model?.trim() && { model }) },
      ]),
      ['output', 'output', 'Output', [agents.length + 1, 0], { value: `{{ steps.${ids.at(-1)}.output.text }}` }],
    ],
    row.slice(1).map((target, index): [string, string] => [row[index]!, target]),
  )
}
