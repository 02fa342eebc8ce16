import { expect, test } from 'vitest'
import { completeCode, type CodeLanguage } from './complete-code'

const paths = [{ path: 'input', type: 'object', node: 'Input' }, { path: 'input.topic', type: 'text', node: 'Input' }, { path: 'input["요청"]', type: 'text', node: 'Input' }, { path: 'steps.plan-1.output', type: 'object', node: 'Plan' }, { path: 'steps.plan-1.output.text', type: 'text', node: 'Plan' }]
/** `|` marks the caret. */
function at(language: CodeLanguage, marked: string, asked = false) {
  const caret = marked.indexOf('¦')
  const found = completeCode(language, marked.replace('¦', ''), caret, paths, asked)
  return found && { from: found.from, texts: found.offers.map(({ text }) => text) }
}

test.each<[CodeLanguage, string, number, string[]]>([
  ['liquid', 'Say {{ inp¦', 7, ['input', 'input.topic', 'input["요청"]']],
  ['liquid', 'Say {{ steps.plan-1.output.t¦ }}', 7, ['steps.plan-1.output.text']],
  ['liquid', '{{ text¦ }}', 3, ['steps.plan-1.output.text']],
  ['liquid', '{{ input.topic | up¦', 17, ['upcase']],
  ['liquid', '{% end¦', 3, ['endif', 'endunless', 'endfor', 'endcase', 'endcapture', 'endcomment', 'endraw']],
  ['cel', 'steps.plan-1.output.te¦', 0, ['steps.plan-1.output.text']],
  ['cel', 'input.topic.size() > 3 && ha¦', 26, ['has(']],
  ['either', '{{ input.top¦ }}', 3, ['input.topic']],
  ['either', 'input.top¦', 0, ['input.topic']],
])('%s %s', (language, marked, from, texts) => expect(at(language, marked)).toEqual({ from, texts }))

test.each<[CodeLanguage, string]>([['liquid', 'Say inp¦'], ['liquid', '{{ input.topic }} inp¦'], ['liquid', '{{ "inp¦'], ['cel', '"inp¦'], ['cel', '1 + ¦']])('%s %s: nothing is offered', (language, marked) => expect(at(language, marked)).toBeUndefined())

test('asked for by key, all that may stand here is offered, at once after the braces too', () => {
  expect(at('cel', '1 + ¦', true)?.texts).toContain('input.topic')
  expect(at('liquid', '{{ ¦ }}')?.texts).toContain('input.topic')
})
