import { afterAll, describe, expect, it } from 'vitest'
import { textsIn } from '@/domain/graph/validate'
import { allTemplates } from '@/domain/template/all-templates'
import { createTemplates } from './create-templates'

const templates = createTemplates()
afterAll(() => templates.close())

const told = async (language: 'liquid' | 'cel', text: string) => {
  const fault = await templates.check({ language, text })
  return fault && [fault.code, ...Object.values(fault.params), `${fault.line}:${fault.column}`].join(' ')
}

describe('what is wrong with an expression is named, with its place', () => {
  it.each([
    ['1 +', 'ENDS_EARLY 1:4'],
    ['1 +\n 2 *', 'ENDS_EARLY 2:5'],
    ['(1', 'EXPECTED ) 1:3'],
    ['[1, 2', 'EXPECTED ] 1:6'],
    ['input ? 1', 'EXPECTED : 1:10'],
    ['input..a', 'UNEXPECTED . 1:7'],
    ['steps.in.output', 'RESERVED in 1:7'],
    ['input.n 2', 'UNEXPECTED 2 1:9'],
    ['input.n = 2', 'WRITE_INSTEAD = == 1:9'],
    ['input.a and input.b', 'WRITE_INSTEAD and && 1:9'],
    ['{{ input.n }} > 1', 'TEMPLATE_HERE 1:1'],
    ['"abc', 'OPEN_STRING 1:1'],
    ['"\\q"', 'BAD_ESCAPE \\q 1:2'],
    ['0x', 'BAD_NUMBER 0x 1:1'],
    ['process.env', 'UNKNOWN_NAME process 1:1'],
    ['steps.a-b.output', 'UNKNOWN_NAME b 1:9'],
    ['input.list.fliter(x, x > 1)', 'UNKNOWN_NAME x 1:19'],
    ['lenght(input)', 'NO_FUNCTION lenght(dyn) 1:1'],
    ['1 + "a"', 'TYPES_DIFFER 1 + "a" 1:1'],
    ['has(input)', 'BAD_ARGUMENT input 1:5'],
    [Array.from({ length: 3_000 }, () => '1').join('+'), expect.stringMatching(/^TOO_MUCH/)],
  ])('%s', async (text, code) => expect(await told('cel', text)).toEqual(code))

  it.each(['input.n > 2 && has(input.x)', 'steps["a-b"].output.map(x, x.name)', '{"a": 1, "b": [1, "x"]}', 'input.n + 1.5', 'memory.k == null ? 1 : 2'])('nothing: %s', async (text) => expect(await told('cel', text)).toBeUndefined())
})

describe('what is wrong with a template is named, with its place', () => {
  it.each([
    ['{% if %}x{% endif %}', 'MISSING_VALUE 1:6'],
    ['{{ }}', 'MISSING_VALUE 1:4'],
    ['{{ | upcase }}', 'MISSING_VALUE 1:4'],
    ['{{ input | }}', 'MISSING_FILTER 1:10'],
    ['a\n{{ input |\n }}', 'MISSING_FILTER 2:10'],
    ['{{ input || upcase }}', 'MISSING_FILTER 1:11'],
    ['{{ input | upcase | nope }}', 'UNKNOWN_FILTER nope 1:21'],
    ['{{ input', 'OPEN_OUTPUT }} 1:1'],
    ['{% if input', 'OPEN_OUTPUT %} 1:1'],
    ['{% if input %}yes', 'OPEN_TAG {% if input %} {% endif %} 1:1'],
    ['{% for x %}{% endfor %}', 'BAD_TAG {% for x %} 1:1'],
    ['{% %}', 'BAD_TAG {% %} 1:4'],
    ['{% wen %}', 'UNKNOWN_TAG wen 1:1'],
    ['yes{% endif %}', 'STRAY_TAG endif 1:4'],
    ['{% include "a" %}', 'TAG_OFF include 1:1'],
    ['{{ input | default "x" }}', 'EXPECTED : 1:20'],
    ['{{ input[ }}', 'EXPECTED ] 1:10'],
    ['{{ 1 + 2 }}', 'UNEXPECTED + 1:6'],
  ])('%s', async (text, code) => expect(await told('liquid', text)).toEqual(code))

  it.each(['plain | text', '{{ input | default: "a | }}" }}', "{{ '|' }}", '{{ input.x }} |', '{% assign x = 1 %}{{ x | plus: 1 }}', '{{ input.a-b }}', '{% raw %}{{ a | }}{% endraw %}', '{{ unknown | default: "" }}'])('nothing: %s', async (text) => expect(await told('liquid', text)).toBeUndefined())
})

it.each(allTemplates.map(({ id, graph }) => [id, graph] as const))('nothing in the template %s', async (_id, graph) => {
  for (const { language, text } of textsIn(graph)) expect(await told(language, text), text).toBeUndefined()
})

it('what cannot be looked at is not blamed', async () => {
  const broken = createTemplates({ workerUrl: new URL('./no-such-worker.mjs', import.meta.url) })
  expect(await broken.check({ language: 'cel', text: '1 +' })).toBeUndefined()
  await broken.close()
})
