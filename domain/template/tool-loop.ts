import type { Json } from '@/domain/json'
import { graphOf, textInput, type Template } from './template'

const convert: Record<string, Json> = {
  name: 'convert_length',
  description: 'Converts a length in metres into other units.',
  parameters: { type: 'object', properties: { metres: { type: 'number' }, unit: { type: 'string', enum: ['feet', 'inches', 'yards'] } }, required: ['metres', 'unit'] },
}

export const toolLoop: Template = {
  id: 'tool-loop',
  name: 'Tool loop',
  description: 'An agent may ask for a tool; if it does, the tool runs and a second call answers with its result.',
  exampleInput: { question: 'How long is a warp of 12.5 metres in feet?' },
  graph: graphOf(
    [
      ['question', 'input', 'Question', [0, 0], textInput('question')],
      ['ask', 'agent', 'Ask', [1, 0], { system: 'You answer questions about lengths. Use the tool for conversions.', prompt: '{{ input.question }}', tools: [convert], maxTokens: 120 }],
      ['wants', 'condition', 'Wants a tool?', [2, 0], { expression: 'has(steps.ask.output.toolCalls) && size(steps.ask.output.toolCalls) > 0' }],
      ['tool', 'transform', 'Tool: convert', [3, 0], {
        expression: 'steps.ask.output.toolCalls.map(call, {"tool": call.name, "arguments": call.arguments, "feetPerMetre": 3.28084})',
      }],
      ['final', 'agent', 'Answer with result', [4, 0], { system: 'You answer questions about lengths from the result of a tool.', prompt: 'Question: {{ input.question }}\n\nThe tool says: {{ steps.tool.output | json }}\n\nAnswer in one sentence.', maxTokens: 100 }],
      ['either', 'merge', 'Either', [5, 0], { mode: 'any' }],
      ['answer', 'output', 'Answer', [6, 0], {}],
    ],
    [['question', 'ask'], ['ask', 'wants'], ['wants', 'tool', 'true'], ['tool', 'final'], ['final', 'either'], ['wants', 'either', 'false'], ['either', 'answer']],
  ),
}
