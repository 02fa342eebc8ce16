import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { documentOf, type WorkflowDocument } from '@/domain/exchange/workflow-document'
import { allTemplates } from '@/domain/template/all-templates'
import { readWorkflowText, writeWorkflowText, type TextFormat } from './workflow-text'

const FORMATS: TextFormat[] = ['json', 'yaml']

describe.each(FORMATS)('as %s', (format) => {
  test.each(allTemplates.map((template) => [template.id, documentOf(template)] as const))('%s comes back as it was', async (_id, document) => {
    expect(await readWorkflowText(await writeWorkflowText(document, format))).toEqual({ ok: true, format, value: document })
  })

  test('whatever a config holds comes back: prompts of any signs, keys that mean something elsewhere, equal parts', async () => {
    const text = fc.oneof(fc.string(), fc.array(fc.constantFrom('a', ' ', '\n', '\t', '#', ':', '- ', '---', '|', '>', '"', "'", '{{ x }}', '\r\n', '&a', '*a', '%', '가', '\u0085', '\u2028', 'yes', '0x1', '1e3', '~', '<<', '\u0000', '\u001f', '\ufeff', '😀'), { maxLength: 12 }).map((parts) => parts.join('')))
    const { value } = fc.letrec((tie) => ({ value: fc.oneof({ maxDepth: 3 }, text, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)), fc.boolean(), fc.constant(null), fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(text.filter((key) => key !== '__proto__'), tie('value'), { maxKeys: 4 })) }))
    await fc.assert(fc.asyncProperty(value, async (config) => {
      const document = { heddle: 1, name: 'x', description: '', graph: { nodes: [{ config: { one: config, two: config } }], edges: [] } } as unknown as WorkflowDocument
      const read = await readWorkflowText(await writeWorkflowText(document, format))
      expect(read).toEqual({ ok: true, format, value: JSON.parse(JSON.stringify(document)) })
    }), { numRuns: 150 })
  })
})

test.each([' \n', '\n \t\n', '  \n\n', '\n'])('a text of blanks alone, %j, keeps all of them', async (blanks) => {
  const document = { heddle: 1, name: 'x', description: '', graph: { nodes: [{ config: { '': blanks } }], edges: [] } } as unknown as WorkflowDocument
  expect(await readWorkflowText(await writeWorkflowText(document, 'yaml'))).toEqual({ ok: true, format: 'yaml', value: document })
})

test('a long prompt stands in YAML as it was written', async () => {
  const { graph, ...rest } = documentOf(allTemplates[0]!)
  const yaml = await writeWorkflowText({ ...rest, graph }, 'yaml')
  expect(yaml).toContain('prompt: |-\n          Analyse this request and list the steps to fulfil it:\n\n          {{ input.request }}')
  expect(yaml).toMatch(/^heddle: 1\nname: Four agents\n/)
  expect(yaml).toContain('position: { x: 300, y: 0 }')
})

test.each([
  ['what is wrong in JSON', '{\n  "heddle": 1,\n  "name": "x" "y"\n}', 'json', 3],
  ['JSON that breaks off', '{\n  "graph": {\n', 'json', 3],
  ['what is wrong in YAML', 'heddle: 1\nname: a\ngraph: "b" c\n', 'yaml', 3],
  ['a key that is there twice', 'name: a\nname: b\n', 'yaml', 2],
])('tells the line and column of %s', async (_what, text, format, line) => {
  const read = await readWorkflowText(text)
  expect(read).toMatchObject({ ok: false, fault: { kind: 'syntax', format, line } })
  expect(!read.ok && read.fault.kind === 'syntax' && read.fault.message).not.toContain('\n')
})

test.each([
  ['nothing', ' \n', 'empty'],
  ['lists in lists', `${'['.repeat(300)}${']'.repeat(300)}`, 'too-deep'],
  ['YAML lists in lists', '- '.repeat(300), 'too-deep'],
  ['parts that multiply', ['a: &a [x, x, x, x, x, x, x, x, x, x]', ...'bcdefgh'.split('').map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefg'[index]}`).join(', ')}]`)].join('\n'), 'aliases'],
  ['more than is taken', `"${'x'.repeat(8 * 1024 * 1024)}"`, 'too-large'],
])('refuses %s', async (_what, text, kind) => expect(await readWorkflowText(text)).toMatchObject({ ok: false, fault: { kind } }))

test('JSON is read with what people leave in it: a comma too many, a byte order mark', async () => {
  expect(await readWorkflowText('\uFEFF{"a": 1}')).toEqual({ ok: true, format: 'json', value: { a: 1 } })
  expect(await readWorkflowText('{"a": [1, 2,],}')).toEqual({ ok: true, format: 'json', value: { a: [1, 2] } })
})

test('lists in lists without end break nothing', async () => expect((await readWorkflowText('['.repeat(20_000))).ok).toBe(false))

test('a key that would set a prototype stays a key', async () => {
  const read = await readWorkflowText('a:\n  __proto__:\n    b: 1\n')
  expect(read.ok && Object.hasOwn((read.value as { a: object }).a, '__proto__') && Object.getPrototypeOf((read.value as { a: object }).a) === Object.prototype).toBe(true)
})
