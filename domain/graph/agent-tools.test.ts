import { expect, test } from 'vitest'
import { Tools } from './agent-tools'
import { validateGraph } from './validate'
import { graphOf } from '@/server/engine/engine-world.suite'

const run = { kind: 'http', url: 'https://find.example/{{ input.what }}' }
const faults = (tools: unknown[]) => (Tools.safeParse(tools).error?.issues ?? []).map(({ path }) => path.join('.'))

test.each([
  ['one that is carried out and one that is not', [{ name: 'find', run }, { name: 'ask' }], []],
  ['two of a name, where the second is carried out', [{ name: 'find' }, { name: 'find', run }], ['1.name']],
  ['names of steps of a turn', [{ name: 'model', run }, { name: 'unknown-tool', run }], ['0.name', '1.name']],
  ['the same names where nobody carries them out, as before', [{ name: 'model' }, { name: 'find' }, { name: 'find' }], []],
  ['a name that no model may call', [{ name: 'find it', run }], ['0.name']],
  ['an address that is missing', [{ name: 'find', run: { kind: 'http' } }], ['0.run.url']],
  ['a kind that is none', [{ name: 'find', run: { kind: 'shell', code: 'rm' } }], ['0.run.kind']],
])('tools with %s', (_what, tools, expected) => expect(faults(tools)).toEqual(expected))

test('what their templates read is looked at before a run, but for the arguments of the call', () => {
  const reading = (url: string) => graphOf({ in: ['input'], ask: ['agent', { prompt: 'p', tools: [{ name: 'find', run: { kind: 'http', url } }] }], later: ['transform', { expression: '1' }] }, 'in -> ask', 'ask -> later')
  expect(validateGraph(reading('https://x.example/{{ input.what }}'))).toEqual([])
  expect(validateGraph(reading('https://x.example/{{ steps.later.output }}')).map(({ code, path }) => `${code} ${path}`)).toEqual(['NOT_UPSTREAM tools.0.run.url'])
})
