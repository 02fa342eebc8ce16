import type { NodeType } from '@/domain/graph/graph'
import type { Point } from '@/domain/graph/graph-edit'
import type { Json } from '@/domain/json'
import { importChatflow } from './flowise-chatflow'
import type { FlowiseLevel, FlowiseNode } from './flowise-level'
import { makeFlowiseNode } from './flowise-nodes'
import { flowisePieces } from './flowise-text'
import { exitNamed, single, type Made, type Sketch } from './import-sketch'
import { isUnknown, pathOf } from './import-text'
import { at, number, parsed, record, records, text, type Loose } from './loose'

const STRETCH = 1.5

/** A flow alone, or a whole export with flows of several kinds in it. */
export function isFlowise(value: unknown): value is Loose {
  const file = record(value)
  if (['AgentFlow', 'AgentFlowV2', 'ChatFlow'].some((kind) => Array.isArray(file[kind]))) return true
  const flow = flowOf(file)
  return Array.isArray(flow.nodes) && Array.isArray(flow.edges) && records(flow.nodes).some((node) => typeof at(node, 'data', 'name') === 'string')
}

function flowOf(file: Loose): Loose {
  const inside = parsed(file.flowData)
  return inside === undefined ? file : record(inside)
}

/** Reads a flow of Flowise into a sketch. @returns its name and what it is for */
export function importFlowise(given: Loose, sketch: Sketch): { name: string; description: string } {
  const several = ['AgentFlowV2', 'AgentFlow', 'ChatFlow'].flatMap((kind) => records(given[kind]))
  if (several.length > 1) sketch.remark('lost', 'SEVERAL_WORKFLOWS', undefined, several.slice(1).map((one) => text(one.name)).join(', '))
  const file = several[0] ?? given
  const flow = flowOf(file)
  const about = { name: text(file.name), description: text(file.description) }
  const raw = records(flow.nodes)
  const edges = records(flow.edges)
  if (!raw.some((node) => text(at(node, 'data', 'name')).endsWith('Agentflow'))) {
    importChatflow(raw, edges, sketch)
    return about
  }
  const nodes = raw.map((node) => nodeOf(node, sketch))
  const byKey = new Map(nodes.map((node) => [node.key, node]))
  const level: Omit<FlowiseLevel, 'sketch'> = {
    read: (asker, source) => readPath(byKey, asker, source),
    pieces: (node, source) => {
      const said = text(source).replaceAll(NOT_HERE, (_, name: string) => {
        sketch.remark('lost', name === 'chat_history' ? 'MEMORY' : 'FILES', node.name)
        return ''
      })
      const pieces = flowisePieces(said, (expression) => readPath(byKey, node, expression))
      for (const piece of pieces) if (isUnknown(piece)) sketch.remark('todo', 'EXPRESSION', node.name, piece.source)
      return pieces
    },
  }
  addLevel(level, sketch, nodes, edges, undefined)
  return about
}

const TYPES: Record<string, NodeType> = {
  startAgentflow: 'input', llmAgentflow: 'agent', agentAgentflow: 'agent', conditionAgentflow: 'condition', conditionAgentAgentflow: 'agent', httpAgentflow: 'http', customFunctionAgentflow: 'python', iterationAgentflow: 'map', humanInputAgentflow: 'approval', directReplyAgentflow: 'output', executeFlowAgentflow: 'subworkflow', stickyNoteAgentflow: 'note',
}

function nodeOf(raw: Loose, sketch: Sketch): FlowiseNode {
  const data = record(raw.data)
  const kind = text(data.name)
  const type = Object.hasOwn(TYPES, kind) ? TYPES[kind]! : 'transform'
  const name = text(data.label) || kind
  const parent = text(raw.parentNode) || text(raw.parentId)
  const place: Point = { x: (number(at(raw, 'position', 'x')) ?? 0) * STRETCH, y: (number(at(raw, 'position', 'y')) ?? 0) * STRETCH }
  return { key: text(raw.id), id: sketch.idFor(name, type), name, kind, type, inputs: record(data.inputs), ...(parent !== '' && { parent }), position: place }
}

/** What a conversation has, and a run here does not. */
const NOT_HERE = /\{\{[ \t]{0,9}(chat_history|file_attachment)[ \t]{0,9}\}\}/g

type Wire = { from: string; exit: string; to: string }

function addLevel(level: Omit<FlowiseLevel, 'sketch'>, sketch: Sketch, all: readonly FlowiseNode[], edges: readonly Loose[], parent: FlowiseNode | undefined): void {
  const own = all.filter((node) => node.parent === parent?.key)
  const made = new Map<string, Made>()
  for (const node of own) {
    if (node.kind === 'loopAgentflow') sketch.remark('lost', 'CIRCLE', node.name, [text(node.inputs.loopBackToNode), text(node.inputs.maxLoopCount)].filter((one) => one !== '').join(', ≤ '))
    else made.set(node.key, node.kind === 'iterationAgentflow' && parent?.parent === undefined ? addIteration(level, sketch, node, all, edges) : makeFlowiseNode({ ...level, sketch }, node))
  }
  const wires = edges.map((edge): Wire => ({ from: text(edge.source), exit: /-output-(\w+)$/.exec(text(edge.sourceHandle))?.[1] ?? '', to: text(edge.target) })).filter(({ from, to }) => made.has(from) && made.has(to))
  for (const { from, exit, to } of wires) {
    const exits = made.get(from)!.exits
    const found = exitNamed(exits, exit) ?? exits.out
    const names = `${own.find(({ key }) => key === from)!.name} → ${own.find(({ key }) => key === to)!.name}`
    if (found) sketch.connect(found, made.get(to)!.entry, names)
    else passAnswer(sketch, own, wires, made, from, to)
  }
  if (parent) closeBody(sketch, own, wires, made)
}

/** A reply in the middle of a flow hands nothing on here: what led to it leads on. */
function passAnswer(sketch: Sketch, own: readonly FlowiseNode[], wires: readonly Wire[], made: ReadonlyMap<string, Made>, reply: string, to: string): void {
  sketch.remark('changed', 'ANSWER_MIDWAY', own.find(({ key }) => key === reply)!.name)
  for (const before of wires.filter((wire) => wire.to === reply)) {
    const exits = made.get(before.from)!.exits
    const found = exitNamed(exits, before.exit) ?? exits.out
    if (found) sketch.connect(found, made.get(to)!.entry)
  }
}

function addIteration(level: Omit<FlowiseLevel, 'sketch'>, sketch: Sketch, node: FlowiseNode, all: readonly FlowiseNode[], edges: readonly Loose[]): Made {
  const inner = sketch.inner()
  addLevel(level, inner, all, edges, node)
  const [piece, ...rest] = level.pieces(node, node.inputs.iterationInput)
  const list = piece?.kind === 'value' && rest.length === 0 ? piece.path : piece?.kind === 'text' && Array.isArray(parsed(piece.text)) ? JSON.stringify(parsed(piece.text)) : undefined
  if (list === undefined) sketch.remark('todo', 'EXPRESSION', node.name, text(node.inputs.iterationInput))
  sketch.add(node.id, 'map', node.name, node.position, { ...(list !== undefined && { items: list }), concurrency: 1, body: inner.graph() as unknown as Json })
  return single(node.id)
}

/** What leads nowhere in a body is what it gives; what begins there gets the item. */
function closeBody(sketch: Sketch, own: readonly FlowiseNode[], wires: readonly Wire[], made: ReadonlyMap<string, Made>): void {
  const working = own.filter(({ key, type }) => made.has(key) && type !== 'note')
  const xs = working.map(({ position }) => position.x)
  const y = working[0]?.position.y ?? 0
  const item = sketch.idFor('item', 'input')
  sketch.add(item, 'input', 'Item', { x: Math.min(0, ...xs) - 300, y }, {})
  for (const { key } of working) if (!wires.some(({ to }) => to === key)) sketch.connect({ node: item, handle: 'out' }, made.get(key)!.entry)
  const lasts = working.filter(({ key, type }) => type !== 'output' && !wires.some(({ from }) => from === key))
  const result = sketch.idFor('result', 'output')
  const [last] = lasts
  sketch.add(result, 'output', 'Result', { x: Math.max(0, ...xs) + 300, y }, last && lasts.length === 1 ? { value: ownPath(last) } : {})
  for (const { key } of lasts) for (const exit of Object.values(made.get(key)!.exits)) sketch.connect(exit, result)
}

function ownPath({ id, type }: FlowiseNode): string {
  return type === 'agent' ? `steps.${id}.output.text` : type === 'http' ? `steps.${id}.output.body` : type === 'python' ? `steps.${id}.output.output` : `steps.${id}.output`
}

/** Where the value is found that stands between the braces there. */
function readPath(nodes: ReadonlyMap<string, FlowiseNode>, asker: FlowiseNode, expression: string): string | undefined {
  const start = [...nodes.values()].find(({ type }) => type === 'input')
  const input = asker.parent === undefined || !start ? 'input' : `steps.${start.id}.output`
  const [first = '', ...keys] = [...expression.matchAll(/[^.[\]"']+/g)].map(([part]) => part.trim())
  if (first === 'question') return keys.length === 0 ? `${input}.question` : undefined
  if (first === '$form') return pathOf(input, keys)
  if (first === '$iteration') return pathOf('input', keys)
  if (first === '$flow') return keys[0] === 'state' ? pathOf('memory', keys.slice(1)) : ['sessionId', 'chatId'].includes(keys[0] ?? '') ? 'run.id' : undefined
  const node = nodes.get(first)
  return node && outputPath(node, keys, input)
}

function outputPath(node: FlowiseNode, keys: readonly string[], input: string): string | undefined {
  const fields = ['data', 'output'].includes(keys[0] ?? '') ? keys.slice(1) : keys
  const whole = ['instance', 'content', 'output', undefined].includes(fields[0])
  switch (node.type) {
    case 'input':
      return whole ? `${input}.question` : pathOf(input, fields[0] === 'form' ? fields.slice(1) : fields)
    case 'agent':
      return whole ? ownPath(node) : pathOf(`steps.${node.id}.output.json`, fields)
    case 'http': {
      const [first, ...rest] = fields[0] === 'http' ? fields.slice(1) : fields
      return first === undefined || first === 'instance' ? ownPath(node) : first === 'data' ? pathOf(ownPath(node), rest) : first === 'status' || first === 'headers' ? pathOf(`steps.${node.id}.output.${first}`, rest) : undefined
    }
    case 'python':
    case 'map':
    case 'transform':
    case 'subworkflow':
      return whole ? ownPath(node) : pathOf(ownPath(node), fields)
    case 'approval':
      return `steps.${node.id}.output.comment`
    default:
      return undefined
  }
}

