import { graphOf, textInput, type Template } from './template'

export const approval: Template = {
  id: 'approval',
  name: 'Draft and approve',
  description: 'An agent writes a draft, a person approves or rejects it, and the run goes on by that answer.',
  exampleInput: { topic: 'the planned downtime on Sunday' },
  graph: graphOf(
    [
      ['topic', 'input', 'Topic', [0, 0], textInput('topic')],
      ['draft', 'agent', 'Draft', [1, 0], { system: 'You write short announcements for customers.', prompt: 'Write an announcement about {{ input.topic }}.', maxTokens: 160 }],
      ['review', 'approval', 'Review', [2, 0], { prompt: 'Shall this go out?\n\n{{ steps.draft.output.text }}' }],
      ['polish', 'agent', 'Polish', [3, 0], { system: 'You polish announcements.', prompt: 'Polish this announcement. Remark of the reviewer: {{ steps.review.output.comment }}\n\n{{ steps.draft.output.text }}', maxTokens: 160 }],
      ['rejected', 'transform', 'Rejected', [3, 1], { expression: '{"rejected": true, "reason": steps.review.output.comment}' }],
      ['either', 'merge', 'Either', [4, 0], { mode: 'any' }],
      ['result', 'output', 'Result', [5, 0], {}],
    ],
    [['topic', 'draft'], ['draft', 'review'], ['review', 'polish', 'approved'], ['review', 'rejected', 'rejected'], ['polish', 'either'], ['rejected', 'either'], ['either', 'result']],
  ),
}
