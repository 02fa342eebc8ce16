import { describe, expect, test } from 'vitest'
import { reusedFacts } from '@/domain/run/fork-run'
import { foldRun } from '@/domain/run/reduce-run'
import { emptyRun, type RunState } from '@/domain/run/run-state'
import { createWorld, graphOf, settle } from './engine-world.suite'

type Node = [type: string, config?: Record<string, unknown>]
const transform = (expression: string, ...remember: object[]): Node => ['transform', { expression, remember, retry: { initialMs: 100, jitter: false } }]
const agent = (prompt: string, ...remember: object[]): Node => ['agent', { prompt, remember, retry: { initialMs: 100, jitter: false } }]
const plain = ({ memory }: RunState) => Object.fromEntries(Object.entries(memory.cells).map(([key, { value, version, by }]) => [key, { value, version, by }]))
const history = ({ memory }: RunState) => memory.history.map(({ kind, key, version, by }) => `${by} ${kind} ${key} ${version}`)

test('an agent, an expression and code write, and what comes after them reads', async () => {
  const world = createWorld()
  const run = await world.begin(graphOf(
    {
      in: ['input'], writer: agent('Write', { key: 'draft', value: 'steps.writer.output.text' }), sum: transform('{"n": 1}', { key: 'sum' }),
      code: ['python', { code: 'output = memory["draft"]', remember: [{ key: 'seen', value: 'steps.code.output.output' }] }],
      all: transform('memory.draft + memory["seen"]'), critic: agent('On {{ memory.draft }}: {{ memory.sum.n }}'),
    },
    'in -> writer', 'writer -> sum', 'sum -> code', 'code -> all', 'all -> critic',
  ))
  world.callOf('writer').reply('초안')
  await settle()
  expect(world.coded[0]!.job.scope.memory).toEqual({ draft: '초안', sum: { n: 1 } })
  world.coded[0]!.done({ output: '!', stdout: '', stderr: '' })
  await settle()
  expect(world.callOf('critic').request.messages.at(-1)?.content).toBe('On 초안: 1')
  const state = await world.state(run)
  expect(state.steps.all?.state).toMatchObject({ output: '초안!' })
  expect(plain(state)).toEqual({ draft: { value: '초안', version: 1, by: 'writer' }, sum: { value: { n: 1 }, version: 1, by: 'sum' }, seen: { value: '!', version: 1, by: 'code' } })
  expect(history(state)).toEqual([
    'writer written draft 1', 'sum written sum 1', 'code read draft 1', 'code written seen 1', 'all read draft 1', 'all read seen 1', 'critic read draft 1', 'critic read sum 1',
  ])
})

test('a write that builds on an older version is refused, names both, and is made anew on the newer one', async () => {
  const world = createWorld()
  const count = (id: string) => agent('Next after {{ memory.n }}', { key: 'n', value: `int(steps.${id}.output.text)` })
  const run = await world.begin(graphOf({ zero: transform('0', { key: 'n' }), a: count('a'), b: count('b') }, 'zero -> a', 'zero -> b'))
  world.callOf('a').reply('1')
  await settle()
  world.callOf('b').reply('1')
  await settle()
  const refused = (await world.state(run)).steps.b!
  expect(refused.attempts[0]?.error).toMatchObject({ code: 'MEMORY_STALE', message: '"n" is at version 2, written by a, but this write expects version 1', retryable: true })
  expect(plain(await world.state(run)).n).toEqual({ value: 1, version: 2, by: 'a' })
  await world.advance(100)
  expect(world.callOf('b', 2).request.messages.at(-1)?.content).toBe('Next after 1')
  world.callOf('b', 2).reply('2')
  await settle()
  expect(plain(await world.state(run)).n).toEqual({ value: 2, version: 3, by: 'b' })
  expect(history(await world.state(run))).toEqual(['zero written n 1', 'a read n 1', 'b read n 1', 'a written n 2', 'b read n 2', 'b written n 3'])
})

describe('which version a write expects', () => {
  const after = (expect: unknown) => graphOf({ first: transform('1', { key: 'n' }), second: ['transform', { expression: '2', remember: [{ key: 'n', expect }], retry: { maxAttempts: 1 } }] }, 'first -> second')
  test.each([['seen', 2], ['any', 2], [1, 2]])('%s: written', async (expected, version) => {
    const world = createWorld()
    const run = await world.begin(after(expected))
    expect(plain(await world.state(run)).n).toMatchObject({ version, by: 'second' })
  })
  test.each([[0, '"n" is at version 1, written by first, but this write expects version 0'], [7, '"n" is at version 1, written by first, but this write expects version 7']])('%s: refused', async (expected, message) => {
    const world = createWorld()
    const run = await world.begin(after(expected))
    expect(await world.state(run)).toMatchObject({ status: 'failed', error: { code: 'MEMORY_STALE', message } })
    expect(plain(await world.state(run)).n).toMatchObject({ value: 1, version: 1 })
  })
  test('one that is not there has no writer', async () => {
    const world = createWorld()
    const run = await world.begin(graphOf({ t: ['transform', { expression: '1', remember: [{ key: 'n', expect: 3 }], retry: { maxAttempts: 1 } }] }))
    expect((await world.state(run)).error?.message).toBe('"n" is at version 0, but this write expects version 3')
  })
})

test('all writes of a step are made, or none', async () => {
  const world = createWorld()
  const run = await world.begin(graphOf({ t: ['transform', { expression: '1', remember: [{ key: 'a' }, { key: 'b', expect: 9 }], retry: { maxAttempts: 1 } }] }))
  const state = await world.state(run)
  expect(state.steps.t?.state.kind).toBe('failed')
  expect(state.memory).toEqual({ cells: {}, history: [] })
})

test('a key may be worked out, also in the items of a map', async () => {
  const world = createWorld()
  const body = graphOf({ i: ['input'], t: ['transform', { expression: 'input * 10.0', remember: [{ key: 'item-{{ run.index }}' }] }] }, 'i -> t')
  const run = await world.begin(graphOf({ m: ['map', { items: '[1.0, 2.0]', body }] }))
  expect(plain(await world.state(run))).toEqual({ 'item-0': { value: 10, version: 1, by: 'm[0].t' }, 'item-1': { value: 20, version: 1, by: 'm[1].t' } })
})

test.each([
  ['a key that is none', { key: '{{ input }}' }, 'a b', 'MEMORY_KEY', /"t" wants to remember under "a b", which is no key/],
  ['too long a value', { key: 'k', value: 'input' }, 'x'.repeat(300_000), 'MEMORY_TOO_LARGE', /300002 bytes/],
  ['an expression at fault', { key: 'k', value: 'steps.nobody.output' }, '', 'INTERNAL', /nobody/],
])('%s fails the step, and is said', async (_name, remember, input, code, message) => {
  const world = createWorld()
  const run = await world.begin(graphOf({ in: ['input'], t: transform('1', remember) }, 'in -> t'), input)
  await world.advance(60_000)
  const { state } = (await world.state(run)).steps.t!
  expect(state).toMatchObject({ kind: 'failed', error: { message: expect.stringMatching(message) as string, ...(code !== 'INTERNAL' && { code }) } })
})

test('the memory has room for 200 keys', async () => {
  const world = createWorld()
  const items = `[${Array.from({ length: 201 }, (_, index) => index).join(',')}]`
  const body = graphOf({ i: ['input'], t: ['transform', { expression: '1', remember: [{ key: 'k{{ run.index }}' }], onError: 'skip' }] }, 'i -> t')
  const run = await world.begin(graphOf({ m: ['map', { items, body, concurrency: 256 }], again: transform('2', { key: 'k0' }) }, 'm -> again'))
  await world.advance(60_000)
  await world.advance(60_000)
  const state = await world.state(run)
  expect(Object.keys(state.memory.cells)).toHaveLength(200)
  expect(state.steps['m[200].t']?.state).toMatchObject({ kind: 'skipped', reason: { message: 'The memory of the run has 200 keys and takes no other: "k200"' } })
  expect(state.memory.cells.k0).toMatchObject({ value: 2, version: 2 })
})

test('what was remembered outlives the process, and replay shows it as it was', async () => {
  const world = createWorld()
  const run = await world.begin(graphOf({ t: transform('1', { key: 'n' }), slow: agent('{{ memory.n }}', { key: 'n', value: '2' }) }, 't -> slow'))
  world.restart()
  await world.engine.start()
  await settle()
  expect(world.callOf('slow', 2).request.messages.at(-1)?.content).toBe('1')
  world.callOf('slow', 2).reply('')
  await settle()
  const events = await world.events(run)
  expect(events.filter((event) => event.type === 'memory.written').map(({ nodeId, version }) => [nodeId, version])).toEqual([['t', 1], ['slow', 2]])
  const at = events.findIndex((event) => event.type === 'memory.written' && event.version === 2)
  expect(foldRun(emptyRun, events.slice(0, at)).memory.cells.n).toMatchObject({ value: 1, version: 1 })
})

describe('what counts as read', () => {
  const readBy = async (node: Node) => {
    const world = createWorld({ models: () => 'x' })
    const run = await world.begin(graphOf({ a: transform('1', { key: 'a' }), b: transform('2', { key: 'b' }), reader: node }, 'a -> b', 'b -> reader'))
    return history(await world.state(run)).filter((line) => line.startsWith('reader'))
  }
  test.each<[string, Node, string[]]>([
    ['a key in a template', ['agent', { prompt: 'memory.b {{ memory.a }}' }], ['reader read a 1']],
    ['a key that is not there yet', ['transform', { expression: 'has(memory.c)' }], ['reader read c 0']],
    ['a key in a header', ['http', { url: 'https://a.example', headers: { x: '{{ memory.a }}' } }], ['reader read a 1']],
    ['a key in what it keeps itself', transform('1', { key: 'c', value: 'memory.b' }), ['reader read b 1', 'reader written c 1']],
    ['all of it', ['transform', { expression: 'size(memory)' }], ['reader read a 1', 'reader read b 1']],
    ['nothing', ['transform', { expression: 'size(steps)' }], []],
    ['keys in code', ['python', { code: 'x = memory["a"]\ny = memory.get(\'c\', 1)' }], ['reader read a 1', 'reader read c 0']],
    ['all of it in code', ['python', { code: 'for key in memory: pass' }], ['reader read a 1', 'reader read b 1']],
    ['no other word in code', ['python', { code: 'in_memory = my.memory' }], []],
  ])('%s', async (_name, node, expected) => expect(await readBy(node)).toEqual(expected))
})

test('a fork takes over what its steps wrote, counts anew, and runs again whoever read what is written again', async () => {
  const world = createWorld()
  // What joins the reader to the writers is the memory alone.
  const graph = graphOf({ a: agent('x', { key: 'n', value: '1' }), b: agent('x', { key: 'n', value: '2', expect: 'any' }), gate: agent('x'), reader: transform('memory.n'), behind: transform('1') }, 'gate -> reader', 'reader -> behind')
  const run = await world.begin(graph)
  for (const id of ['a', 'b', 'gate']) {
    world.callOf(id).reply('')
    await settle()
  }
  const parent = await world.state(run)
  expect(history(parent)).toEqual(['a written n 1', 'b written n 2', 'reader read n 2'])
  const forkAt = (from: string) => foldRun(emptyRun, reusedFacts(parent, run, graph, { from, overrides: {}, newInput: false }).map((fact, index) => ({ ...fact, seq: index + 1, recordedAt: 0 })))
  expect(Object.keys(forkAt('b').steps)).toEqual(['a', 'gate'])
  expect(plain(forkAt('b')).n).toEqual({ value: 1, version: 1, by: 'a' })
  expect(Object.keys(forkAt('a').steps)).toEqual(['b', 'gate', 'reader', 'behind'])
  expect(plain(forkAt('a')).n).toEqual({ value: 2, version: 1, by: 'b' })
})
