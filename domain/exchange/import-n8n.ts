import type { NodeId, NodeType } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { single, type Made, type Sketch } from './import-sketch'
import { isUnknown } from './import-text'
import { at, items, number, record, records, text, type Loose } from './loose'
import { STRETCH, type N8nLevel, type N8nNode } from './n8n-level'
import { makeN8nNode, tellTrigger } from './n8n-nodes'
import { readNode, sourceOf, type Reading, type Wire } from './n8n-reading'
import { n8nPieces } from './n8n-text'

export function isN8n(value: unknown): value is Loose {
  const file = record(value)
  return Array.isArray(file.nodes) && typeof file.connections === 'object' && file.connections !== null && records(file.nodes).every((node) => typeof node.type === 'string' && !('data' in node))
}

/** Reads an export of n8n into a sketch. @returns the workflow's name */
export function importN8n(file: Loose, sketch: Sketch): string {
  const all = records(file.nodes).filter((node) => text(node.name) !== '')
  const parts = partsOf(file)
  const hanging = new Set([...parts.values()].flat())
  const nodes = new Map(all.filter((node) => !hanging.has(text(node.name))).map((raw) => nodeOf(raw, sketch)).map((node) => [node.name, node]))
  const wires = wiresOf(file, nodes)
  const [first, ...others] = [...nodes.values()].filter(({ type }) => type === 'input')
  // One way in: what several triggers would start begins at the first.
  if (first && others.length > 0) sketch.remark('changed', 'SEVERAL_TRIGGERS', undefined, [first, ...others].map(({ name }) => name).join(', '))
  tellSeparateFlows(sketch, [first, ...others].flatMap((one) => one?.name ?? []), wires)
  for (const other of others) {
    other.id = first!.id
    tellTrigger(sketch, other)
  }
  const named = new Map(all.map((raw) => [text(raw.name), raw]))
  const loops = loopsOf(nodes, wires)
  const inners = new Map(loops.map(({ name }) => [name, sketch.inner()]))
  const homeOf = (name: string) => loops.find(({ body }) => body.has(name))?.name
  const reading: Reading = { nodes, wires, homeOf, inputId: first?.id, structured: new Set([...nodes.keys()].filter((name) => parts.has(`${name}\nai_outputParser`) || nodes.get(name)!.kind === 'informationextractor')) }
  const levelOf = (name: string): N8nLevel => ({
    sketch: inners.get(homeOf(name) ?? '') ?? sketch,
    parts: (owner, connection) => (parts.get(`${owner}\n${connection}`) ?? []).flatMap((part) => (named.has(part) ? [nodeOf(named.get(part)!, undefined)] : [])),
    pieces: (node, parameter) => {
      const pieces = n8nPieces(parameter, sourceOf(node.name, reading), (source, keys) => readNode(reading, node.name, source, keys))
      for (const piece of pieces) if (isUnknown(piece)) sketch.remark('todo', 'EXPRESSION', node.name, piece.source)
      return pieces
    },
  })
  const made = new Map<string, Made>()
  for (const node of nodes.values()) made.set(node.name, others.includes(node) ? single(node.id) : inners.has(node.name) ? single(node.id) : makeN8nNode(levelOf(node.name), node))
  for (const wire of wires) {
    const [from, to] = [homeOf(wire.from), homeOf(wire.to)]
    if (from === to && !(inners.has(wire.from) && to === wire.from)) join(inners.get(from ?? '') ?? sketch, nodes, wire, made)
  }
  for (const loop of loops) addLoop(sketch, inners.get(loop.name)!, loop, reading, made)
  tellSeveralSources(sketch, reading)
  return text(file.name)
}

type Loop = { name: string; body: ReadonlySet<string>; begins: readonly Wire[]; ends: readonly Wire[] }

/** Loops over items whose way round touches nothing else: each is a map. */
function loopsOf(nodes: ReadonlyMap<string, N8nNode>, wires: readonly Wire[]): Loop[] {
  return [...nodes.values()].filter(({ type }) => type === 'map').flatMap(({ name, version }): Loop[] => {
    const round = version >= 3 ? 1 : 0
    const begins = wires.filter(({ from, output }) => from === name && output === round)
    const body = new Set(begins.map(({ to }) => to))
    for (const one of body) for (const { from, to } of wires) if (from === one && to !== name) body.add(to)
    const ends = wires.filter(({ from, to }) => to === name && body.has(from))
    const closed = body.size > 0 && ends.length > 0 && [...body].every((one) => nodes.get(one)!.type !== 'map') && wires.every(({ from, to }) => !body.has(to) || body.has(from) || from === name)
    return closed && !body.has(name) ? [{ name, body, begins, ends }] : []
  })
}

function addLoop(sketch: Sketch, inner: Sketch, { name, begins, ends, body }: Loop, reading: Reading, made: ReadonlyMap<string, Made>): void {
  const node = reading.nodes.get(name)!
  const places = [...body].map((one) => reading.nodes.get(one)!.position)
  const [left, right, y] = [Math.min(...places.map(({ x }) => x)), Math.max(...places.map(({ x }) => x)), places[0]!.y]
  const item = inner.idFor('item', 'input')
  inner.add(item, 'input', 'Item', { x: left - 300, y }, {})
  for (const { to } of begins) inner.connect({ node: item, handle: 'out' }, made.get(to)!.entry)
  const result = inner.idFor('result', 'output')
  inner.add(result, 'output', 'Result', { x: right + 300, y }, {})
  for (const { from, output } of ends) {
    const exit = made.get(from)!.exits[String(output)] ?? made.get(from)!.exits.out
    if (exit) inner.connect(exit, result)
  }
  const source = sourceOf(name, { ...reading, wires: reading.wires.filter((wire) => !ends.includes(wire)) })
  const list = source === undefined ? undefined : readNode(reading, name, source, [])
  sketch.add(node.id, 'map', name, node.position, { ...(list !== undefined && { items: list }), concurrency: 1, body: inner.graph() as unknown as Json })
  sketch.remark('changed', 'ITEMS', name)
}

/** The kind in small letters, without the package: `httprequest`. */
function nodeOf(raw: Loose, sketch: Sketch | undefined): N8nNode {
  const kind = (text(raw.type).split('.').at(-1) ?? '').toLowerCase()
  const name = text(raw.name)
  const type = typeFor(kind, record(raw.parameters))
  const [x = 0, y = 0] = items(raw.position).map((one) => number(one) ?? 0)
  return { id: sketch?.idFor(name, type) ?? ('' as NodeId), name, kind, type, raw, parameters: record(raw.parameters), version: number(raw.typeVersion) ?? 1, position: { x: x * STRETCH, y: y * STRETCH } }
}

const TYPES: Record<string, NodeType> = {
  agent: 'agent', chainllm: 'agent', openai: 'agent', anthropic: 'agent', googlegemini: 'agent', ollama: 'agent', informationextractor: 'agent', httprequest: 'http', if: 'condition', filter: 'condition', switch: 'condition',
  code: 'python', function: 'python', functionitem: 'python', merge: 'merge', splitinbatches: 'map', executeworkflow: 'subworkflow', respondtowebhook: 'output', stickynote: 'note', start: 'input', webhook: 'input', cron: 'input', interval: 'input',
}

function typeFor(kind: string, parameters: Loose): NodeType {
  if (text(parameters.operation) === 'sendAndWait') return 'approval'
  if (kind.endsWith('trigger')) return 'input'
  return Object.hasOwn(TYPES, kind) && !(kind === 'openai' && !['', 'text'].includes(text(parameters.resource))) ? TYPES[kind]! : 'transform'
}

function partsOf(file: Loose): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const [from, outputs] of Object.entries(record(file.connections))) {
    for (const [connection, groups] of Object.entries(record(outputs))) {
      if (connection === 'main') continue
      for (const { node } of items(groups).flatMap((group) => records(group))) {
        const key = `${text(node)}\n${connection}`
        found.set(key, [...(found.get(key) ?? []), from])
      }
    }
  }
  return found
}

function wiresOf(file: Loose, nodes: ReadonlyMap<string, N8nNode>): Wire[] {
  return Object.entries(record(file.connections)).flatMap(([from, outputs]) =>
    items(at(outputs, 'main')).flatMap((group, output) => records(group).map((target): Wire => ({ from, output, to: text(target.node) }))),
  ).filter(({ from, to }) => nodes.has(from) && nodes.has(to))
}

function join(sketch: Sketch, nodes: Reading['nodes'], { from, output, to }: Wire, made: ReadonlyMap<string, Made>): void {
  const source = made.get(from)!
  const exit = source.exits[String(output)] ?? source.exits.out
  const target = nodes.get(to)!
  if (exit && target.type !== 'input' && target.type !== 'note') sketch.connect(exit, made.get(to)!.entry, `${from} → ${to}`)
}

/** What began at different nodes is one flow here, of which every run does all. */
function tellSeparateFlows(sketch: Sketch, triggers: readonly string[], wires: readonly Wire[]): void {
  const begins = triggers.map((name) => wires.filter(({ from }) => from === name).map(({ to }) => to).sort().join(', ')).filter((names) => names !== '')
  if (new Set(begins).size > 1) sketch.remark('todo', 'SEPARATE_FLOWS', undefined, begins.join(' / '))
}

/** Data of either may arrive there; ours reads one of them by name. */
function tellSeveralSources(sketch: Sketch, { nodes, wires }: Reading): void {
  for (const { name, type } of nodes.values()) {
    const sources = new Set(wires.filter(({ to }) => to === name).map(({ from }) => from))
    if (sources.size > 1 && type !== 'merge' && type !== 'map') sketch.remark('changed', 'SEVERAL_SOURCES', name, [...sources].join(', '))
  }
}
