import type { Json } from '@/domain/json'
import { graphOf, textInput, type Template } from './template'

const convert: Record<string, Json> = {
  name: 'convert_length',
  description: 'Converts a length in metres into other units.',
  parameters: { type: 'object', properties: { metres: { type: 'number', minimum: 0 }, unit: { type: 'string', enum: ['feet', 'inches', 'yards'] } }, required: ['metres', 'unit'] },
  run: { kind: 'python', code: 'PER_METRE = {"feet": 3.28084, "inches": 39.3701, "yards": 1.09361}\noutput = {"value": round(input["metres"] * PER_METRE[input["unit"]], 2), "unit": input["unit"]}\n' },
}

export const toolLoop: Template = {
  id: 'tool-loop',
  name: 'Tool loop',
  description: 'An agent calls a tool, reads what it gives, and answers; each turn is kept, so that no call is made twice.',
  exampleInput: { question: 'How long is a warp of 12.5 metres in feet?' },
  graph: graphOf(
    [
      ['question', 'input', 'Question', [0, 0], textInput('question')],
      ['ask', 'agent', 'Ask', [1, 0], { system: 'You answer questions about lengths. Use the tool for conversions.', prompt: '{{ input.question }}', tools: [convert], maxTurns: 4, maxTokens: 120 }],
      ['answer', 'output', 'Answer', [2, 0], { value: '{{ steps.ask.output.text }}' }],
    ],
    [['question', 'ask'], ['ask', 'answer']],
  ),
}
