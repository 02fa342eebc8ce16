import type { NodeId } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { celOfTests } from './dify-conditions'
import { selected, type DifyLevel, type DifyNode } from './dify-level'
import type { Made, Sketch } from './import-sketch'
import { celLiteral } from './import-text'
import { number, parsed, records, text } from './loose'

/** A file may ask for any number. */
const MOST_ROUNDS = 1_000

/** The memory's name of a variable of a loop, or of the conversation; undefined where it has none. */
export function memoryKey(nodes: DifyLevel['nodes'], [place = '', variable = '']: readonly string[]): string | undefined {
  const loop = nodes.get(place)
  const key = loop?.kind === 'loop' ? `${loop.id}_${variable}`.slice(0, 64) : place === 'conversation' ? variable : undefined
  return key !== undefined && /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(key) ? key : undefined
}

/**
 * A loop goes round until a condition holds, at most so many times, with variables that its steps change. Here it is a map
 * that takes its rounds one after the other, with the variables in the memory of the run: where the condition holds, the
 * rest of the rounds does nothing.
 * @param body what is in the loop
 */
export function addLoop(level: DifyLevel, node: DifyNode, body: ReturnType<Sketch['graph']>): Made {
  const { sketch, nodes } = level
  const { data, name, position } = node
  const remember = records(data.loop_variables).flatMap((one): Json[] => {
    const key = memoryKey(nodes, [node.key, text(one.label)])
    const value = text(one.value_type) === 'constant' ? constant(one.value, text(one.var_type)) : selected(level, node, one.value)
    if (key === undefined) sketch.remark('todo', 'STATE', name, text(one.label))
    return key === undefined ? [] : [{ key, value: value ?? 'null', expect: 'any' }]
  })
  if (endsWithin(nodes, node)) remember.push({ key: endKey(node), value: 'false', expect: 'any' })
  const rounds = Math.min(MOST_ROUNDS, Math.max(1, Math.round(number(data.loop_count) ?? 10)))
  const begin = sketch.idFor(`${name} begins`, 'transform')
  sketch.add(begin, 'transform', `${name} · begin`, { x: position.x, y: position.y - 110 }, { expression: 'input', ...(remember.length > 0 && { remember }) })
  sketch.add(node.id, 'map', name, position, { items: `[${Array.from({ length: rounds }, (_, round) => round).join(', ')}]`, concurrency: 1, body: body as unknown as Json })
  sketch.connect({ node: begin, handle: 'out' }, node.id)
  sketch.remark('changed', 'LOOP_AS_MAP', name, `≤ ${rounds}`)
  if (!['', 'terminated'].includes(text(data.error_handle_mode))) sketch.remark('changed', 'ITEMS', name)
  return { entry: begin, exits: { out: { node: node.id, handle: 'out' } } }
}

/** Where a round begins: with whether there is still one to go. */
export function addRound(level: DifyLevel, node: DifyNode, loop: DifyNode): Made {
  const { sketch } = level
  const conditions = records(loop.data.break_conditions)
  const broken = conditions.length === 0 ? undefined : celOfTests(level, loop, conditions, text(loop.data.logical_operator))
  const ended = endsWithin(level.nodes, loop) ? `memory.${endKey(loop)}` : undefined
  if (conditions.length > 0 && broken === undefined) sketch.remark('todo', 'CONDITION', loop.name)
  sketch.add(node.id, 'input', 'Round', node.position, {})
  const over = [broken, ended].filter((one) => one !== undefined)
  if (over.length === 0 && conditions.length === 0) return { entry: node.id, exits: { out: { node: node.id, handle: 'out' } } }
  const check: NodeId = sketch.idFor(`${loop.name} is over`, 'condition')
  sketch.add(check, 'condition', `${loop.name} · over?`, { x: node.position.x, y: node.position.y + 110 }, { expression: over.length > 1 ? over.map((one) => `(${one})`).join(' || ') : (over[0] ?? '') })
  sketch.connect({ node: node.id, handle: 'out' }, check)
  return { entry: node.id, exits: { out: { node: check, handle: 'false' } } }
}

/** The end of all rounds from within one of them. */
export function addLoopEnd({ sketch }: DifyLevel, node: DifyNode, loop: DifyNode): Made {
  sketch.add(node.id, 'transform', node.name, node.position, { expression: 'null', remember: [{ key: endKey(loop), value: 'true', expect: 'any' }] })
  return { entry: node.id, exits: { out: { node: node.id, handle: 'out' } } }
}

function endKey({ id }: DifyNode): string {
  return `${id}_ended`
}

function endsWithin(nodes: DifyLevel['nodes'], loop: DifyNode): boolean {
  return [...nodes.values()].some(({ kind, parent }) => kind === 'loop-end' && parent === loop.key)
}

/** As CEL. Lists and objects are written as JSON there. */
function constant(value: unknown, type: string): string | undefined {
  if (type === 'string') return celLiteral(text(value))
  if (type === 'number') return String(number(value) ?? 0)
  const read = parsed(value)
  return read === undefined ? undefined : celLiteral(read)
}
