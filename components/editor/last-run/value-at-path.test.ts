import { expect, test } from 'vitest'
import type { LastRunView } from './last-run-store'
import { valueAtPath } from './value-at-path'

const known = { input: { topic: 'tea', 요청: '차' }, results: { 'plan-1': { output: { text: 'hi', list: ['a'] } }, '2nd': { output: 2 } } } as unknown as Pick<LastRunView, 'input' | 'results'>

test.each([
  ['input.topic', 'tea'], ['input["요청"]', '차'], ['input.constructor', undefined], ['steps.plan-1.output.text', 'hi'], ['steps.plan-1.output', { text: 'hi', list: ['a'] }],
  ['steps.2nd.output', 2], ['steps.gone.output', undefined], ['steps.pinned.output.n', 7], ['memory.key', undefined],
])('%s', (path, value) => expect(valueAtPath(known, path, (id) => (id === 'pinned' ? { n: 7 } : undefined))).toEqual(value))
