import { describe, expect, test } from 'vitest'
import type { Json } from '@/domain/json'
import { forkedGraph, reusedFacts, type ForkChange } from '@/domain/run/fork-run'
import type { RunFact } from '@/domain/run/run-event'
import type { ToolCall } from '@/domain/run/tool-loop'
import type { ModelReply, ModelRequest } from '@/server/ports/model-gateway'
import { createWorld, graphOf, overloaded, settle } from './engine-world.suite'

const SEARCH = { name: 'search', description: 'Finds things', parameters: { type: 'object', properties: { what: { type: 'string' } }, required: ['what'] }, run: { kind: 'http', url: 'https://find.example/{{ input.what }}' } }
const GIVEN_ON = { name: 'ask_person', parameters: { type: 'object' } }

const call = (name: string, given: Json, id = name): ToolCall => ({ id, name, arguments: given })
const agent = (config: Record<string, unknown>) => graphOf({ i: ['input'], ask: ['agent', { prompt: 'Find {{ input.topic }}', ...config }], o: ['output', { value: 'steps.ask.output' }] }, 'i -> ask', 'ask -> o')

/** A world whose model says `turns` one after the other, the last again and again. */
function worldOf(...turns: (ToolCall[] | string)[]) {
  const asked: ModelRequest[] = []
  const world = createWorld({
    models: (request): Partial<ModelReply> => {
      const said = turns[Math.min(asked.push(request), turns.length) - 1]!
      return typeof said === 'string' ? { text: said } : { toolCalls: said }
    },
  })
  /** What the model was given for the calls before a turn. */
  const results = (turn: number) => asked[turn]!.messages.filter(({ role }) => role === 'tool').map(({ content }) => content)
  return { world, asked, results }
}

describe('an agent that calls its tools', () => {
  test('is asked again with their results until it answers, and sums what that took', async () => {
    const { world, asked } = worldOf([call('search', { what: 'wool & silk' }, 'c1')], 'There is wool.')
    world.answers.http = (request) => (world.sent.push({ url: request.url, idempotencyKey: request.idempotencyKey, body: request.body }), Promise.resolve({ status: 200, headers: { secret: 'x' }, body: { found: 3 } }))
    const run = await world.begin(agent({ tools: [SEARCH] }), { topic: 'yarn' })
    const state = await world.state(run)
    expect(state.status).toBe('completed')
    expect(state.output).toEqual({ text: 'There is wool.', usage: { promptTokens: 20, completionTokens: 10 } })
    expect(Object.keys(state.steps)).toEqual(['i', 'ask', 'ask[0].model', 'ask[0].search', 'ask[1].model', 'o'])
    // What the model says stays one part of the address.
    expect(world.sent).toEqual([{ url: 'https://find.example/wool%20%26%20silk', idempotencyKey: `${run}/ask[0].search`, body: undefined }])
    expect(asked[1]!.messages).toEqual([
      ...asked[0]!.messages,
      { role: 'assistant', content: '', toolCalls: [call('search', { what: 'wool & silk' }, 'c1')] },
      { role: 'tool', toolCallId: 'c1', content: '{"found":3}' },
    ])
    // The router hears that a call will follow the first; whether one follows the second nobody knows.
    expect(asked.map(({ run: { nodeId, agentKey, callsToCome, mayGoOn } }) => ({ nodeId, agentKey, callsToCome, mayGoOn }))).toEqual([
      { nodeId: 'ask[0].model', agentKey: 'ask', callsToCome: 1, mayGoOn: true },
      { nodeId: 'ask[1].model', agentKey: 'ask', callsToCome: 0, mayGoOn: true },
    ])
  })

  test('runs code, tools of MCP servers and workflows; several at once, no more than it may', async () => {
    const python = (name: string) => ({ name, parameters: { type: 'object' }, run: { kind: 'python', code: 'output = input["n"] * 2' } })
    const { world, results } = worldOf([call('double', { n: 1 }, 'a'), call('double', { n: 2 }, 'b'), call('double', { n: 3 }, 'c')], [call('inner', { x: 1 })], 'done')
    world.workflows.called = graphOf({ i: ['input'], o: ['output', { value: 'input.x' }] }, 'i -> o')
    const run = await world.begin(agent({ toolConcurrency: 2, tools: [python('double'), { name: 'inner', parameters: { type: 'object' }, run: { kind: 'subworkflow', workflowId: 'called' } }] }))
    expect(world.coded.map(({ job }) => job.scope.input)).toEqual([{ n: 1 }, { n: 2 }])
    world.coded[1]!.done({ output: 4, stdout: '', stderr: '' })
    await settle()
    expect(world.coded.map(({ job }) => job.scope.input)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
    world.coded[0]!.done({ output: 2, stdout: 'said', stderr: '' })
    world.coded[2]!.fail(new Error('no such n'))
    await settle()
    // In the order of the calls, whichever ended first; what failed says so.
    expect(results(1)).toEqual(['2', '4', 'Error (INTERNAL): no such n'])
    expect(results(2).at(-1)).toBe('1')
    expect((await world.state(run)).status).toBe('completed')
    expect((await world.state(run)).steps['ask[1].inner']?.subRun?.workflowId).toBe('called')
  })

  test('is told of arguments that do not fit and of tools that are not there, and nothing is done', async () => {
    const { world, results } = worldOf([call('search', { what: 3 }), call('search', '{"what": "wo'), call('search', { what: '..' }), call('model', {}), call('a.b[0]', {})], 'sorry')
    const run = await world.begin(agent({ tools: [SEARCH] }))
    expect((await world.state(run)).status).toBe('completed')
    expect(results(1)).toEqual([
      'Error (TOOL_CALL_REFUSED): search does not take these arguments: what: Invalid input: expected string, received number',
      'Error (TOOL_CALL_REFUSED): The arguments of search are not JSON: {"what": "wo',
      'Error (TOOL_CALL_REFUSED): ".." cannot stand in an address',
      'Error (TOOL_CALL_REFUSED): There is no tool "model". There are: search',
      'Error (TOOL_CALL_REFUSED): There is no tool "a.b[0]". There are: search',
    ])
    expect(world.sent).toEqual([])
  })

  test.each([
    ['turns', { maxTurns: 3 }, 'TOOL_TURNS', 'ask[2].model'],
    ['calls', { maxToolCalls: 2 }, 'TOOL_CALLS', 'ask[2].model'],
  ])('fails with more %s than it may have, and says so', async (_, bounds, code, last) => {
    const { world } = worldOf([call('search', { what: 'more' })])
    const run = await world.begin(agent({ tools: [SEARCH], ...bounds }))
    const state = await world.state(run)
    expect(state.status).toBe('failed')
    expect(state.error).toMatchObject({ code, retryable: false, message: expect.stringContaining('no more than') as string, hint: expect.any(String) as string })
    expect(Object.keys(state.steps).filter((key) => key.startsWith('ask[')).at(-1)).toBe(last)
  })

  test('gives on the calls of a tool that nobody carries out here', async () => {
    const both = [call('search', { what: 'x' }), call('ask_person', { q: 1 })]
    const { world, asked } = worldOf(both)
    const mixed = await world.begin(agent({ tools: [SEARCH, GIVEN_ON] }))
    const alone = await world.begin(agent({ tools: [GIVEN_ON] }))
    for (const run of [mixed, alone]) expect((await world.state(run)).output).toMatchObject({ toolCalls: both })
    expect(world.sent).toEqual([])
    expect(asked.map((request) => request.run.nodeId)).toEqual(['ask[0].model', 'ask'])
  })

  test('tries a model call again as its settings say, and fails with it', async () => {
    const world = createWorld()
    const run = await world.begin(agent({ tools: [SEARCH], retry: { maxAttempts: 2 } }))
    world.callOf('ask[0].model').fail(overloaded())
    await settle()
    await world.advance(60_000)
    world.callOf('ask[0].model', 2).fail(overloaded())
    await settle()
    expect((await world.state(run)).error).toMatchObject({ code: 'OVERLOADED', message: 'ask[0].model: Too busy' })
    expect((await world.state(run)).failedNode).toBe('ask')
  })

  test('has one time for all its turns', async () => {
    const { world } = worldOf([call('double', { n: 1 })], 'late')
    const run = await world.begin(agent({ timeoutMs: 1_000, onError: 'skip', tools: [{ name: 'double', parameters: { type: 'object' }, run: { kind: 'python', code: 'output = 1' } }] }))
    await world.advance(1_000)
    expect(await world.kinds(run)).toMatchObject({ 'ask': 'skipped', 'ask[0].double': 'cancelled' })
    expect(world.coded[0]!.signal.aborted).toBe(true)
    expect((await world.state(run)).status).toBe('completed')
  })

  test('reads anew, in turns of its own, when somebody wrote in between what it remembers', async () => {
    const world = createWorld()
    const graph = graphOf({
      i: ['input'],
      ask: ['agent', { prompt: 'Now: {{ memory.last }}', tools: [SEARCH], remember: [{ key: 'last', value: 'steps.ask.output.text' }] }],
      other: ['agent', { prompt: 'x', remember: [{ key: 'last', value: '"theirs"' }] }],
    }, 'i -> ask', 'i -> other')
    const run = await world.begin(graph)
    world.callOf('other').reply('written')
    await settle()
    world.callOf('ask[0].model').reply('mine')
    await settle()
    await world.advance(60_000)
    expect(world.callOf('ask[1].model').request.messages.at(-1)!.content).toBe('Now: theirs')
    world.callOf('ask[1].model').reply('mine again')
    await settle()
    expect((await world.state(run)).memory.cells.last).toMatchObject({ value: 'mine again', version: 2, by: 'ask' })
    expect((await world.state(run)).status).toBe('completed')
  })

  describe('tried again in another run', () => {
    /** A run whose agent failed at its third question, and what a fork of it takes over. */
    async function failedRun(config: Record<string, unknown> = {}) {
      const { world, asked } = worldOf([call('search', { what: 'wool' })], [call('search', { what: 'silk' })], 'found')
      const answer = world.answers.http
      const graph = agent({ tools: [SEARCH], retry: { maxAttempts: 1 }, timeoutMs: 5_000, ...config })
      // Its second call hangs until its time is over: nobody can say whether that was done.
      world.answers.http = (request, signal) => (asked.length === 2 ? (world.sent.push({ url: request.url, idempotencyKey: request.idempotencyKey, body: request.body }), new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }))) : answer(request, signal))
      const run = await world.begin(graph, { topic: 'yarn' })
      await world.advance(5_000)
      world.answers.http = answer
      expect((await world.state(run)).status).toBe('failed')
      const taken = async (change: Partial<ForkChange> = {}) => reusedFacts(await world.state(run), run, forkedGraph(graph, change.overrides ?? {}), { overrides: {}, newInput: false, ...change })
      return { world, asked, graph, run, taken }
    }
    const turnsIn = (facts: readonly RunFact[]) => facts.flatMap((fact) => ('nodeId' in fact && fact.type === 'step.completed' && fact.nodeId !== 'i' ? [fact.nodeId] : []))

    test('goes on behind its last answer, and makes only the call that did not come to its end', async () => {
      const { world, asked, graph, taken, run } = await failedRun()
      const again = await world.begin(graph, { topic: 'yarn' }, { taken: await taken() })
      const state = await world.state(again)
      expect(state.status).toBe('completed')
      expect(asked.map(({ run: { runId, nodeId } }) => `${runId === run ? 'first' : 'second'} ${nodeId}`)).toEqual(['first ask[0].model', 'first ask[1].model', 'second ask[2].model'])
      expect(world.sent.map(({ idempotencyKey }) => idempotencyKey)).toEqual([`${run}/ask[0].search`, `${run}/ask[1].search`, `${again}/ask[1].search`])
      expect(asked[2]!.messages.slice(0, -2)).toEqual(asked[1]!.messages)
      expect(state.steps['ask[0].search']).toMatchObject({ reusedFrom: run })
      expect(state.output).toMatchObject({ text: 'found', usage: { promptTokens: 30 } })
    })

    test('begins anew where it is asked something else, and shows what was before', async () => {
      const { world, asked, graph, taken, run } = await failedRun()
      const again = await world.begin(graph, { topic: 'rope' }, { taken: await taken() })
      expect((await world.state(again)).status).toBe('completed')
      expect(asked[2]!.run).toMatchObject({ runId: again, nodeId: 'ask[2].model' })
      expect(asked[2]!.messages.at(-1)!.content).toBe('Find rope')
      expect((await world.state(again)).steps['ask[0].model']?.reusedFrom).toBe(run)
    })

    test('takes its turns along as long as nothing that it is asked has changed, and it has a turn left', async () => {
      const { taken } = await failedRun({ maxTurns: 2 })
      expect(turnsIn(await taken())).toEqual([])
      expect(turnsIn(await taken({ overrides: { ask: { config: { maxTurns: 3 } } } }))).toEqual(['ask[0].model', 'ask[0].search', 'ask[1].model'])
      for (const change of [{ from: 'ask' }, { from: 'i' }, { newInput: true }, { overrides: { ask: { config: { maxTurns: 3, prompt: 'Else' } } } }]) expect(turnsIn(await taken(change)), JSON.stringify(change)).toEqual([])
    })
  })

  test('works inside a map, each item in turns of its own', async () => {
    const asked: string[] = []
    const world = createWorld({ models: ({ run }) => (asked.push(run.nodeId), run.nodeId.endsWith('[0].model') && run.nodeId.split('.')[1] === 'ask[0]' ? { toolCalls: [call('search', { what: run.nodeId })] } : 'end') })
    const body = graphOf({ i: ['input'], ask: ['agent', { prompt: '{{ input }}', tools: [SEARCH] }] }, 'i -> ask')
    const run = await world.begin(graphOf({ i: ['input'], m: ['map', { items: '[1, 2]', body }] }, 'i -> m'))
    expect((await world.state(run)).output).toMatchObject([{ text: 'end' }, { text: 'end' }])
    expect(asked.toSorted()).toEqual(['m[0].ask[0].model', 'm[0].ask[1].model', 'm[1].ask[0].model', 'm[1].ask[1].model'])
    expect(world.sent.map(({ idempotencyKey }) => idempotencyKey).toSorted()).toEqual([`${run}/m[0].ask[0].search`, `${run}/m[1].ask[0].search`])
  })
})
