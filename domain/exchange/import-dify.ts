import { unreachable } from '@/domain/error'
import type { NodeId, NodeType } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { difyPieces } from './dify-text'
import { makeDifyNode } from './dify-nodes'
import type { DifyLevel, DifyNode } from './dify-level'
import { addLoop, addLoopEnd, addRound, memoryKey } from './dify-loop'
import { difyToolType } from './dify-tool-nodes'
import { difyVariables } from './dify-variables'
import { addPlaceholder, exitNamed, single, type Made, type Sketch } from './import-sketch'
import { isUnknown, pathOf } from './import-text'
import { at, items, number, record, records, text, type Loose } from './loose'

export function isDify(value: unknown): value is Loose {
  const file = record(value)
  return typeof at(file, 'app', 'mode') === 'string' && (typeof file.workflow === 'object' || typeof file.model_config === 'object' || file.kind === 'app')
}

/** Modes of Dify whose apps are graphs. */
export function isDifyGraph(file: Loose): boolean {
  return Array.isArray(at(file, 'workflow', 'graph', 'nodes'))
}

const TYPES: Record<string, NodeType> = {
  start: 'input', end: 'output', answer: 'output', llm: 'agent', agent: 'agent', 'parameter-extractor': 'agent', 'question-classifier': 'agent', 'if-else': 'condition', code: 'python', 'http-request': 'http', iteration: 'map', loop: 'map', 'template-transform': 'transform', note: 'note',
}

/** Reads an app of Dify into a sketch. @returns its name and what it is for */
export function importDify(file: Loose, sketch: Sketch): { name: string; description: string } {
  const all = records(at(file, 'workflow', 'graph', 'nodes')).map((raw) => nodeOf(raw, sketch))
  const takesFiles = at(file, 'workflow', 'features', 'file_upload', 'enabled') === true
  const level: Omit<DifyLevel, 'sketch'> = {
    chat: text(at(file, 'app', 'mode')) === 'advanced-chat', variables: difyVariables(file, sketch), nodes: new Map(all.map((node) => [node.key, node])),
    read: (asker, selector) => readPath(level, asker, selector), pieces: (node, source) => piecesOf(sketch, level, node, source, takesFiles),
  }
  addLevel(level, sketch, all, records(at(file, 'workflow', 'graph', 'edges')), undefined)
  return { name: text(at(file, 'app', 'name')), description: text(at(file, 'app', 'description')) }
}

function nodeOf(raw: Loose, sketch: Sketch): DifyNode {
  const data = record(raw.data)
  const kind = text(raw.type) === 'custom-note' ? 'note' : text(data.type)
  const type = kind === 'tool' ? difyToolType(data) : Object.hasOwn(TYPES, kind) ? TYPES[kind]! : 'transform'
  const name = text(data.title) || (kind === 'note' ? 'Note' : kind)
  const parent = text(raw.parentId)
  return { key: text(raw.id), id: sketch.idFor(name, type), name, kind, type, data, ...(parent !== '' && { parent }), position: { x: number(at(raw, 'position', 'x')) ?? 0, y: number(at(raw, 'position', 'y')) ?? 0 } }
}

type Wire = { from: string; handle: string; to: string }

function addLevel(level: Omit<DifyLevel, 'sketch'>, sketch: Sketch, all: readonly DifyNode[], edges: readonly Loose[], parent: DifyNode | undefined): void {
  const own = all.filter((node) => node.parent === parent?.key)
  const made = new Map(own.map((node) => [node.key, makeOne(level, sketch, node, all, edges)]))
  const keys = new Set(own.map(({ key }) => key))
  const wires = edges.map((edge): Wire => ({ from: text(edge.source), handle: text(edge.sourceHandle), to: text(edge.target) })).filter(({ from, to }) => keys.has(from) && keys.has(to))
  for (const wire of wires) {
    for (const exit of exitsOf(wire, level.nodes, wires, made, sketch)) sketch.connect(exit, made.get(wire.to)!.entry, `${level.nodes.get(wire.from)!.name} → ${level.nodes.get(wire.to)!.name}`)
  }
  if (!parent) return
  if (!own.some(({ kind }) => kind.endsWith('-start'))) beginBody(sketch, parent, own, wires, made)
  closeBody(level, sketch, parent, own, wires, made)
}

/** Loops within loops, as no editor draws them. */
const DEEPEST = 20

function isTooDeep({ nodes }: Omit<DifyLevel, 'sketch'>, node: DifyNode): boolean {
  if (node.kind !== 'iteration' && node.kind !== 'loop') return false
  let depth = 0
  for (let one: DifyNode | undefined = node; one && depth <= DEEPEST; one = nodes.get(one.parent ?? '')) depth++
  return depth > DEEPEST
}

function makeOne(level: Omit<DifyLevel, 'sketch'>, sketch: Sketch, node: DifyNode, all: readonly DifyNode[], edges: readonly Loose[]): Made {
  if (isTooDeep(level, node)) return addPlaceholder(sketch, node.id, node.name, node.kind, node.position, node.data)
  if (node.kind === 'iteration') {
    const inner = sketch.inner()
    addLevel(level, inner, all, edges, node)
    const list = level.read(node, items(node.data.iterator_selector).map(text))
    sketch.add(node.id, 'map', node.name, node.position, { ...(list !== undefined && { items: list }), concurrency: node.data.is_parallel === true ? Math.min(256, Math.max(1, number(node.data.parallel_nums) ?? 8)) : 1, body: inner.graph() as unknown as Json })
    if (text(node.data.error_handle_mode) !== '' && text(node.data.error_handle_mode) !== 'terminated') sketch.remark('changed', 'ITEMS', node.name)
    return single(node.id)
  }
  if (node.kind === 'loop') {
    const inner = sketch.inner()
    addLevel(level, inner, all, edges, node)
    return addLoop({ ...level, sketch }, node, inner.graph())
  }
  const loop = level.nodes.get(node.parent ?? '')
  if (node.kind === 'loop-start' && loop) return addRound({ ...level, sketch }, node, loop)
  if (node.kind === 'loop-end' && loop) return addLoopEnd({ ...level, sketch }, node, loop)
  if (node.kind === 'iteration-start') {
    sketch.add(node.id, 'input', 'Item', node.position, {})
    return single(node.id)
  }
  return makeDifyNode({ ...level, sketch }, node)
}

/** An answer in the middle of a flow hands nothing on here: what led to it leads on. */
function exitsOf(wire: Wire, nodes: DifyLevel['nodes'], wires: readonly Wire[], made: ReadonlyMap<string, Made>, sketch: Sketch, depth = 0): { node: NodeId; handle: string }[] {
  const source = nodes.get(wire.from)!
  if (source.type === 'output') {
    sketch.remark('changed', 'ANSWER_MIDWAY', source.name)
    return depth > 20 ? [] : wires.filter(({ to }) => to === wire.from).flatMap((before) => exitsOf(before, nodes, wires, made, sketch, depth + 1))
  }
  const { exits } = made.get(wire.from)!
  const found = exitNamed(exits, wire.handle) ?? (wire.handle === 'fail-branch' ? { node: source.id, handle: 'error' } : exits.out)
  return found ? [found] : []
}

/** Older bodies begin at their first node, newer ones at a node of its own. */
function beginBody(sketch: Sketch, parent: DifyNode, own: readonly DifyNode[], wires: readonly Wire[], made: ReadonlyMap<string, Made>): void {
  const id = sketch.idFor('item', 'input')
  const first = made.has(text(parent.data.start_node_id)) ? [text(parent.data.start_node_id)] : own.filter(({ key, type }) => type !== 'note' && !wires.some(({ to }) => to === key)).map(({ key }) => key)
  sketch.add(id, 'input', 'Item', { x: Math.min(...own.map(({ position }) => position.x), 0) - 300, y: own[0]?.position.y ?? 0 }, {})
  for (const key of first) sketch.connect({ node: id, handle: 'out' }, made.get(key)!.entry)
}

/** The end of an iteration's body: what it says is an item of the list. */
function closeBody(level: Omit<DifyLevel, 'sketch'>, sketch: Sketch, parent: DifyNode, own: readonly DifyNode[], wires: readonly Wire[], made: ReadonlyMap<string, Made>): void {
  const id = sketch.idFor('result', 'output')
  const right = Math.max(0, ...own.map(({ position }) => position.x))
  const inside = own[0]
  const value = inside && level.read(inside, items(parent.data.output_selector).map(text))
  sketch.add(id, 'output', 'Result', { x: right + 300, y: own[0]?.position.y ?? 0 }, value === undefined ? {} : { value })
  for (const { key, type } of own) {
    if (type === 'note' || wires.some(({ from }) => from === key)) continue
    for (const exit of Object.values(made.get(key)!.exits)) sketch.connect(exit, id)
  }
}

/** Every prompt asks for the files of the message: where none can be sent with one, nothing is lost. */
const ITS_FILES = /\{\{#(?:sys|userinput)\.files#\}\}/g

function piecesOf(sketch: Sketch, level: Omit<DifyLevel, 'sketch'>, node: DifyNode, source: unknown, takesFiles: boolean): ReturnType<typeof difyPieces> {
  const said = text(source).replaceAll(ITS_FILES, '')
  if (takesFiles && said !== text(source)) sketch.remark('lost', 'FILES', node.name)
  const pieces = difyPieces(said, (selector) => level.read(node, selector))
  for (const piece of pieces) if (isUnknown(piece)) sketch.remark('todo', 'EXPRESSION', node.name, piece.source)
  return pieces
}

/** Where the value is found that a selector names there. */
function readPath(level: Omit<DifyLevel, 'sketch'>, asker: DifyNode, [key = '', ...keys]: readonly string[]): string | undefined {
  const start = [...level.nodes.values()].find(({ kind }) => kind === 'start')
  const input = asker.parent === undefined || !start ? 'input' : `steps.${start.id}.output`
  if (key === 'sys') return keys[0] === 'query' ? pathOf(input, keys) : keys[0] === 'workflow_run_id' ? 'run.id' : undefined
  if (key === 'conversation' || key === 'env') {
    const known = level.variables.find(({ place, name }) => place === key && name === keys[0])
    return known && pathOf('memory', [known.key, ...keys.slice(1)])
  }
  const node = level.nodes.get(key)
  if (node?.kind === 'loop') {
    const kept = memoryKey(level.nodes, [key, ...keys])
    return kept === undefined ? undefined : pathOf('memory', [kept, ...keys.slice(1)])
  }
  if (!node) return undefined
  if (asker.parent === key) return keys[0] === 'item' ? pathOf('input', keys.slice(1)) : keys[0] === 'index' ? 'run.index' : undefined
  return outputPath(node, keys, input)
}

function outputPath({ id, kind, type }: DifyNode, keys: readonly string[], input: string): string | undefined {
  const [first = '', ...rest] = keys
  const own = `steps.${id}.output`
  switch (type) {
    case 'input':
      return pathOf(input, keys)
    case 'agent':
      if (kind === 'parameter-extractor') return pathOf(`${own}.json`, keys)
      if (kind === 'question-classifier') return first === 'class_name' ? `${own}.json.class` : undefined
      return first === 'text' ? `${own}.text` : first === 'structured_output' ? pathOf(`${own}.json`, rest) : first === 'usage' ? pathOf(`${own}.usage`, rest) : first === 'json' ? pathOf(`${own}.json`, rest) : undefined
    case 'http':
      return first === 'body' ? pathOf(`${own}.body`, rest) : first === 'status_code' ? `${own}.status` : first === 'headers' ? pathOf(`${own}.headers`, rest) : undefined
    case 'python':
      return pathOf(`${own}.output`, keys)
    case 'map':
      return first === 'output' ? pathOf(own, rest) : undefined
    case 'transform':
      // What a node gives that is no node here is not known: its place in the run is.
      return kind === 'variable-aggregator' || kind === 'variable-assigner' ? pathOf(own, first === 'output' ? rest : [first, ...rest.filter((part) => part !== 'output')]) : kind === 'template-transform' ? pathOf(own, rest) : pathOf(own, keys)
    case 'subworkflow':
      return first === 'text' ? own : pathOf(own, keys)
    case 'mcp':
      return first === 'text' ? `${own}.text` : first === 'json' ? pathOf(`${own}.structured`, rest) : undefined
    case 'condition':
    case 'merge':
    case 'output':
    case 'note':
    case 'approval':
    case 'group':
    case 'browser':
    case 'message':
      return undefined
    default:
      return unreachable(type)
  }
}
