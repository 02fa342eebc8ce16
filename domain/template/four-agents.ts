import { graphOf, textInput, type Template } from './template'

/** The pipeline analyst, the gatekeeper, the executor and the ethics reviewer, in a row. */
export const fourAgents: Template = {
  id: 'four-agents',
  name: 'Four agents',
  description: 'Sena analyses a request, Lubit decides whether it may go on, GitCode carries it out, RUNE reviews the result.',
  exampleInput: { request: 'Add a dark mode to the settings page of our web app' },
  graph: graphOf(
    [
      ['request', 'input', 'Request', [0, 0], textInput('request')],
      ['sena', 'agent', 'Sena · analyst', [1, 0], {
        system: 'You are Sena, a pipeline analyst. You break a request into clear steps, name what is unknown, and estimate the effort.',
        prompt: 'Analyse this request and list the steps to fulfil it:\n\n{{ input.request }}', maxTokens: 220,
      }],
      ['lubit', 'agent', 'Lubit · gatekeeper', [2, 0], {
        system: 'You are Lubit, a gatekeeper. You check a plan for missing information, risk and scope before anybody works on it.',
        prompt: 'Request: {{ input.request }}\n\nPlan of the analyst:\n{{ steps.sena.output.text }}\n\nMay this go on? Say under which conditions.', maxTokens: 160,
      }],
      ['gitcode', 'agent', 'GitCode · executor', [3, 0], {
        system: 'You are GitCode, an executor. You turn an approved plan into concrete changes: files, functions, tests.',
        prompt: 'Carry out this plan.\n\nPlan:\n{{ steps.sena.output.text }}\n\nConditions of the gatekeeper:\n{{ steps.lubit.output.text }}', maxTokens: 260,
      }],
      ['rune', 'agent', 'RUNE · ethics reviewer', [4, 0], {
        system: 'You are RUNE, an ethics reviewer. You look for harm, unfairness, leaks of private data and misleading claims.',
        prompt: 'Review this result for the request "{{ input.request }}":\n\n{{ steps.gitcode.output.text }}', maxTokens: 160,
      }],
      ['result', 'output', 'Result', [5, 0], { value: '{"plan": steps.sena.output.text, "decision": steps.lubit.output.text, "result": steps.gitcode.output.text, "review": steps.rune.output.text}' }],
    ],
    [['request', 'sena'], ['sena', 'lubit'], ['lubit', 'gitcode'], ['gitcode', 'rune'], ['rune', 'result']],
  ),
}
