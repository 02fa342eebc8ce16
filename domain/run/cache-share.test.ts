import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Graph, GraphNode } from '@/domain/graph/graph'
import { renderPrompt } from '@/domain/route/rendered-prompt'
import { layOutPrompt, sharedContext } from './agent-prompt'
import { cacheShareOf, type SeenSizes } from './cache-share'
import { bytesOf, sizeOf } from './value-size'

type Config = GraphNode['config']
const node = (id: string, config: Config, type: GraphNode['type'] = 'agent'): GraphNode => ({ id: id as GraphNode['id'], type, name: id.toUpperCase(), position: { x: 0, y: 0 }, config })
const row = (...nodes: GraphNode[]): Graph => ({ nodes, edges: nodes.slice(1).map((target, at) => ({ id: `e${at}`, source: nodes[at]!.id, target: target.id })) })
const place = (graph: Graph, nodeId: string, around: { graph: Graph; mapId: string }[] = []) => ({ graph, nodeId, around })
const text = (bytes: number): string => 'x'.repeat(bytes)
const seen = (input: Parameters<typeof sizeOf>[0], outputs: Record<string, Parameters<typeof sizeOf>[0]> = {}): SeenSizes => ({
  input: sizeOf(input), sharedBytes: bytesOf(sharedContext(input)) - bytesOf(sharedContext('')), outputs: Object.fromEntries(Object.entries(outputs).map(([id, value]) => [id, sizeOf(value)])),
})

describe('the part of a prompt that is expected in the cache', () => {
  const pair = row(node('in', {}, 'input'), node('a', { system: 'You plan.', prompt: 'Plan it.' }), node('b', { system: 'You write.', prompt: 'Write: {{ steps.a.output.text }}' }))

  test('what the agents of a run share comes first, so it is there for the second', () => {
    const share = cacheShareOf(place(pair, 'b'), seen(text(6_000), { a: { text: text(200) } }))!
    expect(share).toMatchObject({ giver: { kind: 'agent', nodeId: 'a', name: 'A' }, guessed: false })
    expect(share.share).toBeGreaterThan(0.95)
    expect(share.advice).toBeUndefined()
  })
  test('the first agent finds only what every run begins with', () => {
    expect(cacheShareOf(place(pair, 'a'), seen(text(6_000)))).toMatchObject({ share: 0 })
    const alone = row(node('a', { system: text(640), prompt: '{{ input }}', shareContext: false }))
    expect(cacheShareOf(place(alone, 'a'), seen(text(100)))).toMatchObject({ giver: { kind: 'runs' } })
  })
  test('it never advises an agent against what those behind it lean on', () => {
    const long = { system: text(1_280), prompt: 'P' }
    expect(cacheShareOf(place(row(node('a', long), node('b', { prompt: 'Q' })), 'a'), seen(text(900)))!.advice).toBeUndefined()
    expect(cacheShareOf(place(row(node('a', long), node('b', { prompt: 'Q', shareContext: false })), 'a'), seen(text(900)))!.advice).toMatchObject({ kind: 'do-not-share' })
  })
  test('without the shared context it says what sharing would bring', () => {
    const apart = row(node('a', { system: 'You plan.', prompt: 'Plan it.' }), node('b', { system: 'You write.', prompt: 'Write: {{ steps.a.output.text }}', shareContext: false }))
    const share = cacheShareOf(place(apart, 'b'), seen(text(6_000), { a: { text: text(200) } }))!
    expect(share).toMatchObject({ share: 0, advice: { kind: 'share-context' } })
    expect(share.advice!.share).toBeGreaterThan(0.9)
  })
  test('tools stand before everything: other ones leave nothing to share', () => {
    const tools = [{ name: 'search', description: '', parameters: { type: 'object' } }]
    const graph = row(node('a', { system: 'S', prompt: 'P', tools }), node('b', { system: 'S', prompt: 'Q' }))
    const share = cacheShareOf(place(graph, 'b'), seen(text(6_000)))!
    expect(share).toMatchObject({ share: 0, advice: { kind: 'same-tools', with: { nodeId: 'a', name: 'A' } } })
  })
  test('another model has another cache', () => {
    const graph = row(node('a', { prompt: 'P', model: 'small' }), node('b', { prompt: 'Q' }))
    expect(cacheShareOf(place(graph, 'b'), seen(text(6_000)))!.share).toBe(0)
  })
  test('an agent beside it is no giver', () => {
    const graph: Graph = { nodes: [node('a', { prompt: 'P' }), node('b', { prompt: 'P' })], edges: [] }
    expect(cacheShareOf(place(graph, 'b'), seen(text(6_000)))!.giver).toBeUndefined()
  })
  test('memory may have changed in between', () => {
    const graph = row(node('a', { prompt: `{{ memory.plan }}${text(640)}`, shareContext: false }), node('b', { prompt: `{{ memory.plan }}${text(640)}`, shareContext: false }))
    expect(cacheShareOf(place(graph, 'b'), seen(null))!.share).toBe(0)
  })
  test('items of a map share what comes before their item: the context is the item', () => {
    const body = row(node('w', { system: text(1_280), prompt: '{{ input.title }}' }))
    const outer = row(node('in', {}, 'input'), node('m', { body, items: 'input.list' } as Config, 'map'))
    const inMap = (config: Config) => cacheShareOf(place(row(node('w', { ...body.nodes[0]!.config, ...config })), 'w', [{ graph: outer, mapId: 'm' }]), seen({ list: [] }))!
    expect(inMap({})).toMatchObject({ share: 0, guessed: true, advice: { kind: 'do-not-share' } })
    expect(inMap({ shareContext: false })).toMatchObject({ giver: { kind: 'items' } })
    expect(inMap({ shareContext: false }).share).toBeGreaterThan(0.7)
    // What an agent before the map said is the same for every item.
    const read = cacheShareOf(place(row(node('w', { prompt: '{{ steps.p.output.text }} {{ input }}', shareContext: false })), 'w', [{ graph: row(node('p', { prompt: 'P' }), node('m', { body, items: 'input.list' } as Config, 'map')), mapId: 'm' }]), seen(null, { p: { text: text(4_000) } }))!
    expect(read).toMatchObject({ giver: { kind: 'items' } })
  })
  test('what is no agent has none, and half a config neither', () => {
    expect(cacheShareOf(place(pair, 'in'), seen(null))).toBeUndefined()
    expect(cacheShareOf(place(row(node('a', {})), 'a'), seen(null))).toBeUndefined()
  })
  test('from a tag on a template hangs on all that it reads', () => {
    const loop = `${text(640)}{% for one in input.list %}{{ one }}{% endfor %}`
    const graph = row(node('a', { prompt: loop, shareContext: false }), node('b', { prompt: `${loop} and more`, shareContext: false }))
    const { giver, share } = cacheShareOf(place(graph, 'b'), seen({ list: [text(1_000)] }))!
    expect(giver).toMatchObject({ nodeId: 'a' })
    expect(share).toBeLessThan(0.5)
  })
})

test('it never promises more than two rendered prompts have in common', () => {
  const piece = fc.oneof(fc.string({ maxLength: 90 }).map((plain) => plain.replaceAll(/[{}]/g, '')), fc.constantFrom('{{ input.topic }}', '{{  input.topic }}', '{{ steps.a.output.text }}', '{{ input.other }}'))
  const template = fc.array(piece, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''))
  fc.assert(fc.property(template, template, fc.option(template, { nil: undefined }), fc.boolean(), fc.string({ maxLength: 400 }), fc.string({ maxLength: 200 }), (first, second, system, shareContext, topic, answer) => {
    const input = { topic, other: '…' }
    const config = (prompt: string) => ({ prompt: `${prompt}.`, ...(system !== undefined && { system }), shareContext })
    const graph = row(node('a', config(first.replaceAll('{{ steps.a.output.text }}', '')), 'agent'), node('b', config(second)))
    const values: Record<string, string> = { 'input.topic': topic, 'input.other': '…', 'steps.a.output.text': answer }
    const render = (given: string) => given.replaceAll(/\{\{\s*([\w.]+)\s*\}\}/g, (_, path: string) => values[path]!)
    const written = graph.nodes.map((one) => Buffer.from(renderPrompt({ messages: layOutPrompt(shareContext ? sharedContext(input) : '', render((one.config.system as string | undefined) ?? ''), render(one.config.prompt as string)) })))
    const share = cacheShareOf(place(graph, 'b'), seen(input, { a: { text: answer } }))!
    let common = 0
    while (common < Math.min(written[0]!.length, written[1]!.length) && written[0]![common] === written[1]![common]) common += 1
    if (share.giver?.kind === 'agent') expect(share.share * share.promptBytes).toBeLessThanOrEqual(common)
    // A system prompt that comes to nothing is not sent: its frame was counted.
    expect(Math.abs(share.promptBytes - written[1]!.length)).toBeLessThanOrEqual(16)
  }))
})
