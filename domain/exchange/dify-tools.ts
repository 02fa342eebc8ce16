import type { Json } from '@/domain/json'
import type { DifyLevel, DifyNode } from './dify-level'
import { argumentSchema, asTools, type FoundTool } from './import-tools'
import { records, text, type Loose } from './loose'

/**
 * The tools of an agent, as ours. An export names them, and what the model gives them; where a server or an address is, it
 * does not say. So workflows are left to be chosen, and the others are told.
 */
export function difyTools(level: DifyLevel, node: DifyNode, value: unknown): Json[] {
  const lost: string[] = []
  const found = records(value).filter((one) => one.enabled !== false).flatMap((one): FoundTool[] => {
    const name = text(one.tool_label) || text(one.tool_name)
    const about = { name: text(one.tool_name) || name, description: text(one.tool_description), parameters: argumentSchema(argumentsOf(one)) }
    switch (text(one.type) || text(one.provider_type)) {
      case 'workflow':
        level.sketch.remark('todo', 'SUBWORKFLOW', node.name, name)
        return [{ ...about, run: { kind: 'subworkflow', workflowId: '' } }]
      case 'mcp':
        level.sketch.remark('todo', 'MCP_TOOLS', node.name, `${text(one.provider_show_name) || text(one.provider_name)}: ${name}`)
        return [{ ...about, run: { kind: 'mcp', url: '', tool: text(one.tool_name) } }]
      default:
        lost.push(name)
        return []
    }
  })
  if (lost.length > 0) level.sketch.remark('lost', 'TOOLS', node.name, lost.join(', '))
  return asTools(found)
}

function argumentsOf({ schemas }: Loose) {
  return records(schemas).filter((one) => text(one.name) !== '' && text(one.form) !== 'form').map((one) => ({ name: text(one.name), type: text(one.type), description: text(one.llm_description), required: one.required === true }))
}
