import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BLOCK_BYTES, blockHashes, DEFAULT_CAPACITY } from '@/domain/route/prefix-index'
import { renderPrompt } from '@/domain/route/rendered-prompt'
import { readRoutingRequest } from './routing-request'

function routeOf(body: object) {
  const read = readRoutingRequest({ method: 'POST', path: '/v1/chat/completions', headers: {}, body: Buffer.from(JSON.stringify(body)) }, { aliases: new Map(), requestId: 'req_1' })
  if (!read.ok) throw new Error(read.refusal.message)
  return read.value.route
}
const expected = (body: object) => {
  const prompt = Buffer.from(renderPrompt(body))
  return { promptBytes: prompt.length, blocks: blockHashes(prompt, 'm\n') }
}

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 900 }), fc.string({ maxLength: 900 }))
const body = fc.record({
  model: fc.constant('m'),
  messages: fc.array(fc.record({ role: fc.constantFrom('system', 'user', 'assistant'), content: fc.oneof(text, fc.array(fc.record({ type: fc.constant('text'), text }), { maxLength: 2 })), name: fc.option(fc.string(), { nil: undefined }) }), { maxLength: 5 }),
  tools: fc.array(fc.record({ type: fc.constant('function'), name: fc.string() }), { maxLength: 2 }),
})

test('the blocks of a prompt are those of its text, whatever was read before', () => {
  fc.assert(fc.property(fc.array(body, { minLength: 1, maxLength: 4 }), (bodies) => {
    for (const one of bodies) expect(routeOf(one)).toMatchObject(expected(JSON.parse(JSON.stringify(one)) as object))
  }))
})

test('a prompt longer than what counts has the blocks of its beginning, and its own length', () => {
  const content = '€'.repeat(Math.ceil((DEFAULT_CAPACITY * BLOCK_BYTES) / 3) + 100)
  const long = { model: 'm', messages: [{ role: 'user', content }, { role: 'user', content: 'and more' }] }
  const { blocks, promptBytes } = routeOf(long)
  const whole = expected(long)
  expect([promptBytes, blocks.length]).toEqual([whole.promptBytes, DEFAULT_CAPACITY - 1])
  expect(blocks).toEqual(whole.blocks.slice(0, -1))
})

test.each([
  [{ prompt: [70_000_000, 70_000_001, 3] }, 3],
  [{ prompt: [[1, 2], [3]] }, 3],
  [{ input: [1, 2] }, 2],
  [{ prompt: 'as text' }, undefined],
  [{ prompt: ['two', 'texts'] }, undefined],
  [{ prompt: [1, 'a text'] }, undefined],
  [{ prompt: [] }, undefined],
  [{ messages: [{ role: 'user', content: 'Hi' }] }, undefined],
])('tokens that the caller gave are counted, not guessed from their digits: %j', (body, tokens) => {
  expect(routeOf({ model: 'm', ...body }).promptTokens).toBe(tokens)
})
