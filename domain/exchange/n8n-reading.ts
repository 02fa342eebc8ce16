import type { NodeId } from '@/domain/graph/graph'
import { pathOf } from './import-text'
import { at, record, records, text } from './loose'
import type { N8nNode } from './n8n-level'
import { answerPath } from './n8n-text'

export type Wire = { from: string; output: number; to: string }
/** What is known of a file when its expressions are read. `homeOf`: the loop that a node stands in. */
export type Reading = { nodes: ReadonlyMap<string, N8nNode>; wires: readonly Wire[]; homeOf: (name: string) => string | undefined; inputId: NodeId | undefined; structured: ReadonlySet<string> }

/** What passes its data on as it came is seen through. */
const SEEN_THROUGH = ['if', 'filter', 'switch', 'noop', 'wait', 'stopanderror']

/** Where the data comes from that arrives at a node. */
export function sourceOf(name: string, reading: Pick<Reading, 'nodes' | 'wires'>, seen = new Set<string>()): string | undefined {
  for (const { from } of reading.wires.filter(({ to }) => to === name)) {
    if (seen.has(from)) continue
    seen.add(from)
    const found = SEEN_THROUGH.includes(reading.nodes.get(from)!.kind) ? sourceOf(from, reading, seen) : from
    if (found !== undefined) return found
  }
  return undefined
}

/** The path of what a node gave; undefined where nothing here is that. @param asker the node that reads it */
export function readNode(reading: Reading, asker: string, name: string, keys: readonly string[]): string | undefined {
  const node = reading.nodes.get(name)
  if (!node) return undefined
  const inside = reading.homeOf(asker)
  switch (node.type) {
    case 'input':
      // What a webhook got lies in the body of the request; here it is the input. Inside a map, `input` is the item.
      return pathOf(inside === undefined ? 'input' : `steps.${reading.inputId!}.output`, node.kind === 'webhook' && ['body', 'query'].includes(keys[0] ?? '') ? keys.slice(1) : keys)
    case 'agent':
      return answerPath(node.id, keys, reading.structured.has(name))
    case 'http':
      return httpPath(node, keys)
    case 'python':
      return pathOf(`steps.${node.id}.output.output`, keys)
    case 'approval':
      return answerOf(node, keys)
    case 'condition': {
      const source = sourceOf(name, reading)
      return source === undefined ? undefined : readNode(reading, asker, source, keys)
    }
    case 'map':
      return pathOf(inside === name ? 'input' : `steps.${node.id}.output`, keys)
    case 'merge': {
      const giver = keys[0] === undefined ? undefined : giverOf(reading, name, keys[0])
      return giver === undefined ? undefined : readNode(reading, asker, giver, keys)
    }
    case 'note':
    case 'output':
      return undefined
    default: {
      const giver = keys[0] === undefined ? undefined : giverOf(reading, name, keys[0])
      return giver === undefined || giver === name ? pathOf(`steps.${node.id}.output`, keys) : readNode(reading, asker, giver, keys)
    }
  }
}

/**
 * The node that a field is known to come from, through those that hand on what they got: one that sets fields and keeps
 * the others, one that nothing here does the work of, a merge.
 */
function giverOf({ nodes, wires }: Reading, begin: string, key: string): string | undefined {
  const seen = new Set([begin])
  for (const name of seen) {
    const node = nodes.get(name)!
    if (fieldsOf(node).includes(key)) return name
    if (node.type === 'input' || (node.kind === 'set' && !keepsOthers(node)) || !['transform', 'merge', 'condition'].includes(node.type) || node.kind === 'splitout') continue
    for (const { from, to } of wires) if (to === name) seen.add(from)
  }
  return undefined
}

/** Whether a node that sets fields hands on the others. */
export function keepsOthers({ kind, parameters }: N8nNode): boolean {
  return kind === 'set' && (parameters.includeOtherFields === true || parameters.keepOnlySet === false || (parameters.include === 'all' && parameters.includeOtherFields === undefined))
}

/** The fields that a node is known to give. */
function fieldsOf({ kind, type, parameters }: N8nNode): string[] {
  if (kind === 'set') return [...records(at(parameters, 'assignments', 'assignments')), ...records(at(parameters, 'fields', 'values')), ...['string', 'number', 'boolean'].flatMap((of) => records(record(parameters.values)[of]))].map((one) => text(one.name))
  if (type !== 'input') return []
  return inputFields(kind, parameters).map(({ name }) => name)
}

/** The fields that what starts a workflow asks for. */
export function inputFields(kind: string, parameters: N8nNode['parameters']): { name: string; kind: string; required: boolean; options: string[] }[] {
  const form = records(at(parameters, 'formFields', 'values')).map((one) => ({ name: text(one.fieldName) || text(one.fieldLabel), kind: text(one.fieldType) || 'text', required: one.requiredField === true, options: records(at(one, 'fieldOptions', 'values')).map(({ option }) => text(option)) }))
  const found = kind === 'chattrigger' ? [{ name: 'chatInput', kind: 'text', required: false, options: [] }] : kind === 'formtrigger' ? form.filter((one) => one.kind !== 'html') : records(at(parameters, 'workflowInputs', 'values')).map((one) => ({ name: text(one.name), kind: text(one.type) || 'any', required: false, options: [] }))
  return found.filter(({ name }) => name !== '')
}

function httpPath({ id, parameters }: N8nNode, keys: readonly string[]): string | undefined {
  const whole = at(parameters, 'options', 'response', 'response', 'fullResponse') === true
  if (!whole) return pathOf(`steps.${id}.output.body`, keys)
  const [first, ...rest] = keys
  return first === 'statusCode' ? `steps.${id}.output.status` : first === 'headers' || first === 'body' ? pathOf(`steps.${id}.output.${first}`, rest) : undefined
}

/** What a person answered. */
function answerOf({ id }: N8nNode, keys: readonly string[]): string | undefined {
  const field = keys[0] === 'data' ? keys[1] : keys[0]
  if (field === 'approved') return `steps.${id}.output.decision == "approve"`
  return field === undefined ? `steps.${id}.output` : `steps.${id}.output.comment`
}
