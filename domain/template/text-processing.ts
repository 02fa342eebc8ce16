import { graphOf, textInput, type Template } from './template'

export const textProcessing: Template = {
  id: 'text-processing',
  name: 'Text processing',
  description: 'Loads a text, brings it into one form, and analyses it from three sides at once.',
  exampleInput: { text: '  The new loom is fast.  Setting it up took two days, and the manual was hard to follow.\n\nSupport answered within the hour.  ' },
  graph: graphOf(
    [
      ['load', 'input', 'Load', [0, 1], textInput('text')],
      ['normalise', 'agent', 'Normalise', [1, 1], { system: 'You clean up texts without changing what they say.', prompt: 'Rewrite this text in plain sentences, without stray spaces or line breaks:\n\n{{ input.text | strip }}', maxTokens: 160 }],
      ['topics', 'agent', 'Topics', [2, 0], { system: 'You find what a text is about.', prompt: 'Name the topics of this text:\n\n{{ steps.normalise.output.text }}', maxTokens: 100 }],
      ['tone', 'agent', 'Tone', [2, 1], { system: 'You judge the tone of a text.', prompt: 'How does the writer feel, and about what?\n\n{{ steps.normalise.output.text }}', maxTokens: 100 }],
      ['summary', 'agent', 'Summary', [2, 2], { system: 'You summarise.', prompt: 'Summarise in two sentences:\n\n{{ steps.normalise.output.text }}', maxTokens: 100 }],
      ['together', 'merge', 'Together', [3, 1], { mode: 'all' }],
      ['result', 'output', 'Result', [4, 1], { value: '{"topics": steps.topics.output.text, "tone": steps.tone.output.text, "summary": steps.summary.output.text}' }],
    ],
    [['load', 'normalise'], ['normalise', 'topics'], ['normalise', 'tone'], ['normalise', 'summary'], ['topics', 'together'], ['tone', 'together'], ['summary', 'together'], ['together', 'result']],
  ),
}
