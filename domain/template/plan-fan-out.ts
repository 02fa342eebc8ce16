import type { Json } from '@/domain/json'
import { graphOf, textInput, type Template } from './template'

const planSchema: Record<string, Json> = {
  type: 'object',
  properties: { questions: { type: 'array', items: { type: 'string' }, minItems: 3, maxItems: 5 } },
  required: ['questions'],
}

export const planFanOut: Template = {
  id: 'plan-fan-out',
  name: 'Plan, fan out, reduce',
  description: 'A planner splits a question, agents answer the parts in parallel, one agent writes the report.',
  exampleInput: { question: 'Should a team of five run its own GPU servers or rent them?' },
  graph: graphOf(
    [
      ['question', 'input', 'Question', [0, 0], textInput('question')],
      ['plan', 'agent', 'Plan', [1, 0], { system: 'You split a question into smaller ones that can be answered apart.', prompt: 'Question: {{ input.question }}\n\nGive three to five questions that together answer it.', responseSchema: planSchema, maxTokens: 200 }],
      ['answer', 'map', 'Answer each', [2, 0], {
        items: 'steps.plan.output.json.questions',
        concurrency: 8,
        body: graphOf(
          [
            ['part', 'input', 'Part', [0, 0], {}],
            ['research', 'agent', 'Research', [1, 0], { system: 'You answer one question briefly, with the reasons.', prompt: '{{ input }}', maxTokens: 160 }],
            ['answered', 'output', 'Answer', [2, 0], { value: 'steps.research.output.text' }],
          ],
          [['part', 'research'], ['research', 'answered']],
        ),
      }],
      ['reduce', 'agent', 'Reduce', [3, 0], { system: 'You write short reports.', prompt: 'Write a report that answers "{{ input.question }}" from these notes:\n{% for note in steps.answer.output %}\n- {{ note }}{% endfor %}', maxTokens: 280 }],
      ['report', 'output', 'Report', [4, 0], { value: '{{ steps.reduce.output.text }}' }],
    ],
    [['question', 'plan'], ['plan', 'answer'], ['answer', 'reduce'], ['reduce', 'report']],
  ),
}
