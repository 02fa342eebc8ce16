import { MAX_NODES, type Graph, type GraphEdge, type GraphNode, type NodeId, type NodeType } from '@/domain/graph/graph'
import type { Point } from '@/domain/graph/graph-edit'
import { freeNodeId, newEdge } from '@/domain/graph/new-node'
import { closesCycle } from '@/domain/graph/order'
import type { Json } from '@/domain/json'
import { celLiteral } from './import-text'

/** What does not come along as it was: gone, changed in meaning, or left for a person to fill in. */
export const REMARK_LEVELS = ['lost', 'todo', 'changed'] as const
export const REMARK_CODES = [
  'NO_COUNTERPART', 'JAVASCRIPT', 'PYTHON_GLOBALS', 'EXPRESSION', 'CONDITION', 'CREDENTIAL', 'MODEL', 'TOOLS', 'MCP_TOOLS', 'AGENT_TOOL', 'MEMORY', 'KNOWLEDGE', 'FILES', 'MESSAGES', 'SCHEDULE', 'WEBHOOK', 'TRIGGER', 'SEVERAL_TRIGGERS', 'SEPARATE_FLOWS', 'ASKED_HERE',
  'SUBWORKFLOW', 'CIRCLE', 'LOOP', 'LOOP_AS_MAP', 'CASES', 'SEVERAL_SOURCES', 'MERGE', 'OTHER_FIELDS', 'STATE', 'TEMPLATE', 'ANSWER_MIDWAY', 'SEVERAL_WORKFLOWS', 'TOO_MANY_NODES', 'ITEMS', 'FORM_BODY',
] as const
export type Remark = { level: (typeof REMARK_LEVELS)[number]; code: (typeof REMARK_CODES)[number]; /** The node as it is called in the file; left out: all of the workflow. */ node?: string; /** What it says in the place of `{detail}`. */ detail?: string }

/** Where edges of the other graph end and begin in ours: one node there may be several here. */
export type Made = { entry: NodeId; exits: Readonly<Record<string, { node: NodeId; handle: string }>> }

/** By a name out of a file, which may be one that every object knows. */
export function exitNamed(exits: Made['exits'], name: string): { node: NodeId; handle: string } | undefined {
  return Object.hasOwn(exits, name) ? exits[name] : undefined
}

/** A graph that grows while a file is read. Levels of maps have a sketch each, and share ids and remarks. */
export type Sketch = {
  /** An id that CEL can read, after the name. */
  idFor(name: string, type: NodeType): NodeId
  add(id: NodeId, type: NodeType, name: string, position: Point, config: Record<string, Json>): void
  remark(level: Remark['level'], code: Remark['code'], node?: string, detail?: string): void
  /** @param to what the edge meant there; told where it would close a circle */
  connect(from: { node: NodeId; handle: string }, to: NodeId, names?: string): void
  inner(): Sketch
  graph(): Graph
  remarks(): Remark[]
}

const LONGEST_DETAIL = 300
const LONGEST_NAME = 120

export function createSketch(taken = new Set<string>(), remarks: Remark[] = []): Sketch {
  const nodes: GraphNode[] = []
  const edges = new Map<string, GraphEdge>()
  const graph = (): Graph => {
    const ids = new Set<string>(nodes.map(({ id }) => id))
    return { nodes, edges: [...edges.values()].filter(({ source, target }) => ids.has(source) && ids.has(target)) }
  }
  return {
    idFor(name, type) {
      const words = name.normalize('NFKD').match(/[A-Za-z][A-Za-z0-9]*|\d+/g) ?? []
      const stem = words.map((word, index) => (index === 0 ? word.toLowerCase() : word[0]!.toUpperCase() + word.slice(1).toLowerCase())).join('').slice(0, 40)
      const id = freeNodeId(taken, /^[a-z]/.test(stem) ? stem : type)
      taken.add(id)
      return id
    },
    add(id, type, name, { x, y }, config) {
      if (nodes.length >= MAX_NODES) return this.remark('lost', 'TOO_MANY_NODES', undefined, String(MAX_NODES))
      nodes.push({ id, type, name: name.trim().slice(0, LONGEST_NAME) || type, position: { x: whole(x), y: whole(y) }, config })
    },
    remark(level, code, node, detail) {
      const found: Remark = { level, code, ...(node !== undefined && { node }), ...(detail !== undefined && detail !== '' && { detail: detail.length > LONGEST_DETAIL ? `${detail.slice(0, LONGEST_DETAIL)}…` : detail }) }
      if (!remarks.some((one) => one.code === found.code && one.node === found.node && one.detail === found.detail)) remarks.push(found)
    },
    connect(from, to, names) {
      if (from.node === to || closesCycle(graph(), from.node, to)) return this.remark('lost', 'CIRCLE', undefined, names ?? `${from.node} → ${to}`)
      const edge = newEdge(from.node, from.handle, to, 'in')
      edges.set(edge.id, edge)
    },
    inner: () => createSketch(taken, remarks),
    graph,
    remarks: () => remarks,
  }
}

/** What stands where nothing of ours does the work: it hands on what arrives, and a note beside it keeps what was set there. */
export function addPlaceholder(sketch: Sketch, id: NodeId, name: string, type: string, position: Point, settings: unknown): Made {
  sketch.add(id, 'transform', name, position, { disabled: true, expression: '' })
  addSettingsNote(sketch, `${name} (${type})`, position, settings)
  sketch.remark('lost', 'NO_COUNTERPART', name, type)
  return single(id)
}

const LONGEST_NOTE = 2_000

export function addSettingsNote(sketch: Sketch, title: string, { x, y }: Point, settings: unknown): void {
  const kept = JSON.stringify(settings, null, 2) ?? ''
  const body = kept.length > LONGEST_NOTE ? `${kept.slice(0, LONGEST_NOTE)}…` : kept
  sketch.add(sketch.idFor('note', 'note'), 'note', 'Note', { x, y: y + 110 }, { text: body === '' || body === '{}' ? `**${title}**` : `**${title}**\n\n\`\`\`json\n${body}\n\`\`\`` })
}

export function single(id: NodeId): Made {
  return { entry: id, exits: { out: { node: id, handle: 'out' } } }
}

/** Where a flow begins its variables get their values in the memory of the run: they are read before anything writes them. */
export function addVariables(sketch: Sketch, name: string, { x, y }: Point, start: Made, variables: readonly { key: string; value: unknown }[]): Made {
  if (variables.length === 0) return start
  const id = sketch.idFor('variables', 'transform')
  sketch.add(id, 'transform', `${name} · variables`, { x, y: y + 130 }, { expression: 'input', remember: variables.map(({ key, value }): Json => ({ key, value: celLiteral(value), expect: 'any' })) })
  for (const exit of Object.values(start.exits)) sketch.connect(exit, id)
  return { entry: start.entry, exits: { out: { node: id, handle: 'out' } } }
}

/** One condition after the other: the first that holds is the way, the last way is that of none. */
export function addCases(sketch: Sketch, name: string, position: Point, cases: readonly { key: string; expression: string | undefined; about?: string }[], otherwise: string, { first, before }: { /** The id of the first condition, where it is taken already. */ first?: NodeId; /** What decides nothing itself, and stands before them. */ before?: NodeId } = {}): Made {
  const exits: Record<string, { node: NodeId; handle: string }> = {}
  let entry = before
  let last: { node: NodeId; handle: string } | undefined = before && { node: before, handle: 'out' }
  cases.forEach(({ key, expression, about }, index) => {
    const id = index === 0 && first !== undefined ? first : sketch.idFor(name, 'condition')
    sketch.add(id, 'condition', cases.length > 1 ? `${name} · ${about ?? index + 1}` : name, { x: position.x + index * 60, y: position.y + index * 110 }, { expression: expression ?? '' })
    if (expression === undefined) sketch.remark('todo', 'CONDITION', name)
    if (last) sketch.connect(last, id)
    entry ??= id
    exits[key] = { node: id, handle: 'true' }
    last = { node: id, handle: 'false' }
  })
  if (last) exits[otherwise] = last
  if (cases.length > 1) sketch.remark('changed', 'CASES', name, String(cases.length))
  return { entry: entry ?? first ?? sketch.idFor(name, 'condition'), exits }
}

/** Text with JavaScript in it, for a person who writes it anew. */
export function addJavaScript(sketch: Sketch, id: NodeId, name: string, position: Point, code: string): Made {
  sketch.add(id, 'python', name, position, { disabled: true, code: `# This was JavaScript. Write it in Python, set output, and enable the node.\n${code.split('\n').map((line) => `# ${line}`).join('\n')}\noutput = None\n` })
  sketch.remark('todo', 'JAVASCRIPT', name)
  return single(id)
}

function whole(value: number): number {
  return Number.isFinite(value) ? Math.round(value) : 0
}
