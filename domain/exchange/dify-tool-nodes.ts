import type { NodeType } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { difyCommon, selected, type DifyLevel, type DifyNode } from './dify-level'
import { addPlaceholder, single, type Made } from './import-sketch'
import { celLiteral, celOf, liquidOf } from './import-text'
import { items, record, text, type Loose } from './loose'

/** What a node that calls a tool is here: a workflow that was published as one, a tool of a server, or nothing. */
export function difyToolType(data: Loose): NodeType {
  const provider = text(data.provider_type)
  return provider === 'workflow' ? 'subworkflow' : provider === 'mcp' ? 'mcp' : 'transform'
}

/** A node that calls one tool, with what it gives it. */
export function toolNode(level: DifyLevel, node: DifyNode): Made {
  const { sketch } = level
  const { id, name, type, position, data } = node
  const called = text(data.tool_label) || text(data.tool_name)
  const given = Object.entries(record(data.tool_parameters)).map(([key, value]) => [key, argument(level, node, record(value))] as const)
  if (type === 'subworkflow') {
    sketch.add(id, type, name, position, { ...difyCommon(node), workflowId: '', ...(given.length > 0 && { input: Object.fromEntries(given) }) })
    sketch.remark('todo', 'SUBWORKFLOW', name, called)
    return single(id)
  }
  if (type === 'mcp') {
    sketch.add(id, type, name, position, { ...difyCommon(node), url: '', tool: text(data.tool_name), ...(given.length > 0 && { input: `{${given.map(([key, value]) => `${celLiteral(key)}: ${value.includes('{{') ? celLiteral(value) : value}`).join(', ')}}` }) } satisfies Record<string, Json>)
    sketch.remark('todo', 'MCP_TOOLS', name, `${text(data.provider_show_name) || text(data.provider_name)}: ${called}`)
    return single(id)
  }
  // What the tool takes in general fills pages; what it was given here is what somebody needs.
  return addPlaceholder(sketch, id, name, `${text(data.provider_name) || node.kind}: ${called}`, position, plainly({ ...record(data.tool_configurations), ...record(data.tool_parameters) }))
}

function plainly(settings: Loose): Loose {
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, record(value).value ?? value]))
}

/** A text with values in it, a value, or what was typed in. */
function argument(level: DifyLevel, node: DifyNode, { type, value }: Loose): string {
  if (text(type) === 'variable') return selected(level, node, items(value)) ?? 'null'
  if (text(type) === 'constant') return celLiteral(value)
  const pieces = level.pieces(node, value)
  return celOf(pieces) ?? liquidOf(pieces)
}
