import { describe, expect, test } from 'vitest'
import { Tools } from '@/domain/graph/agent-tools'
import type { GraphNode } from '@/domain/graph/graph'
import type { Remark } from './import-sketch'
import { readForeign } from './read-foreign'

type FoundTool = { name: string; description: string; parameters: { properties: Record<string, unknown>; required: string[] }; run: Record<string, unknown> }

function agentOf(file: unknown) {
  const read = readForeign(file, 'file')
  if (!read?.ok) throw new Error('not read')
  const agent = read.found.document.graph.nodes.find(({ type }) => type === 'agent') as GraphNode
  const tools = (agent.config.tools ?? []) as unknown as FoundTool[]
  const told = (code: Remark['code']) => read.found.remarks.filter((one) => one.code === code).map(({ detail }) => detail)
  return { tools, told, tool: (name: string) => tools.find((one) => one.name === name)!, faults: Tools.safeParse(tools).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [] }
}

const n8n = (...parts: { name: string; type: string; parameters: object; credentials?: object }[]) => ({
  name: 'Tools',
  nodes: [{ name: 'Chat', type: '@n8n/n8n-nodes-langchain.chatTrigger', position: [0, 0], parameters: {} }, { name: 'Agent', type: '@n8n/n8n-nodes-langchain.agent', position: [200, 0], parameters: {} }, ...parts.map((part) => ({ position: [200, 200], ...part }))],
  connections: { Chat: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] }, ...Object.fromEntries(parts.map(({ name }) => [name, { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] }])) },
})

describe('tools of n8n', () => {
  const { tools, tool, told, faults } = agentOf(n8n(
    { name: 'Weather', type: '@n8n/n8n-nodes-langchain.toolHttpRequest', credentials: { httpHeaderAuth: { id: '1' } }, parameters: { toolDescription: 'Tells the weather', method: 'GET', url: 'https://weather.example/{city}/now', placeholderDefinitions: { values: [{ name: 'city', description: 'Which city', type: 'string' }] }, parametersQuery: { values: [{ name: 'unit', valueProvider: 'modelOptional' }, { name: 'lang', valueProvider: 'fieldValue', value: 'a b' }] } } },
    { name: 'List clients', type: 'n8n-nodes-base.httpRequestTool', parameters: { method: 'POST', url: '=https://crm.example/{{ $fromAI("region", "Where they are") }}', jsonBody: '={"states": {{ $fromAI(\'states\', \'Names\', \'array\', []) }}, "term": "{{ $fromAI(\'term\') }}", "by": "me"}' } },
    { name: 'Ask_them', type: '@n8n/n8n-nodes-langchain.toolWorkflow', parameters: { description: 'Asks', workflowId: { value: 'w1', cachedResultName: 'Asker' }, workflowInputs: { value: { question: "={{ $fromAI('question', 'What to ask', 'string') }}" } } } },
    { name: 'Count', type: '@n8n/n8n-nodes-langchain.toolCode', parameters: { description: 'Counts', language: 'python', pythonCode: 'return len(query)' } },
    { name: 'Reverse', type: '@n8n/n8n-nodes-langchain.toolCode', parameters: { jsCode: 'return query' } },
    { name: 'MCP', type: '@n8n/n8n-nodes-langchain.mcpClientTool', parameters: { endpointUrl: 'https://mcp.example/mcp', include: 'selected', includeTools: ['read_db', 'model'] } },
    { name: 'Web', type: '@n8n/n8n-nodes-langchain.toolSerpApi', parameters: {} },
  ))
  test('are tools that the server takes, but for the workflow that has to be chosen', () => expect(faults).toEqual(['2.run.workflowId: Fill this in']))
  test('call addresses with what the model gives', () => {
    expect(tool('Weather')).toEqual({ name: 'Weather', description: 'Tells the weather', parameters: { type: 'object', properties: { city: { type: 'string', description: 'Which city' }, unit: { type: 'string' } }, required: ['city'] }, run: { kind: 'http', method: 'GET', url: 'https://weather.example/{{ input.city }}/now?unit={{ input.unit | default: "" }}&lang=a%20b' } })
    expect(tool('List_clients')).toMatchObject({ parameters: { properties: { region: { type: 'string', description: 'Where they are' }, states: { type: 'array' }, term: { type: 'string' } } }, run: { method: 'POST', url: 'https://crm.example/{{ input.region }}', body: '{"states": {{ input.states | json }}, "term": {{ input.term | json }}, "by": "me"}' } })
  })
  test('run workflows, Python and what an MCP server offers', () => {
    expect(tool('Ask_them')).toMatchObject({ parameters: { properties: { question: { type: 'string', description: 'What to ask' } } }, run: { kind: 'subworkflow', workflowId: '' } })
    expect(tool('Count').run).toEqual({ kind: 'python', code: 'def main(query):\n    return len(query)\n\noutput = main(input["query"])\n' })
    expect(tools.filter(({ run }) => run.kind === 'mcp').map(({ name, run }) => [name, run.tool, run.url])).toEqual([['read_db', 'read_db', 'https://mcp.example/mcp'], ['model_2', 'model', 'https://mcp.example/mcp']])
  })
  test('and what is left to do is told', () => {
    expect([told('TOOLS'), told('CREDENTIAL'), told('SUBWORKFLOW'), told('MCP_TOOLS')]).toEqual([['Reverse, Web'], ['Weather: httpHeaderAuth'], ['Ask_them: Asker'], ['MCP: https://mcp.example/mcp']])
  })
})

test('tools of Flowise', () => {
  const agentTools = [
    { agentSelectedTool: 'requestsGet', agentSelectedToolConfig: { requestsGetUrl: '<p>https://docs.example/:id</p>', requestsGetName: 'info_get', requestsGetDescription: 'Reads', requestsGetQueryParamsSchema: '{"id": {"type": "string", "in": "path", "required": true}, "limit": {"type": "number"}}' } },
    { agentSelectedTool: 'customMCP', agentSelectedToolConfig: { mcpServerConfig: '{"url": "https://mcp.example/mcp"}', mcpActions: '["look_up"]' } },
    { agentSelectedTool: 'customTool', agentSelectedToolConfig: { selectedTool: 'uuid' } },
  ]
  const { tools, faults, told } = agentOf({ nodes: [{ id: 'startAgentflow_0', type: 'agentFlow', position: { x: 0, y: 0 }, data: { id: 'startAgentflow_0', name: 'startAgentflow', label: 'Start', inputs: {} } }, { id: 'agentAgentflow_0', type: 'agentFlow', position: { x: 200, y: 0 }, data: { id: 'agentAgentflow_0', name: 'agentAgentflow', label: 'Agent', inputs: { agentTools } } }], edges: [] })
  expect(faults).toEqual([])
  expect(tools.map(({ name, run }) => [name, run.url])).toEqual([['info_get', 'https://docs.example/{{ input.id }}?limit={{ input.limit | default: "" }}'], ['look_up', 'https://mcp.example/mcp']])
  expect([told('TOOLS'), told('MCP_TOOLS')]).toEqual([['customTool'], ['https://mcp.example/mcp']])
})

test('tools of Dify: workflows to be chosen; of the others the export says too little', () => {
  const value = [{ type: 'workflow', tool_name: 'ask_desk', tool_label: 'Ask the desk', tool_description: 'Asks', schemas: [{ name: 'query', type: 'string', required: true, llm_description: 'What', form: 'llm' }, { name: 'key', form: 'form' }] }, { type: 'builtin', tool_name: 'time', tool_label: 'Time' }, { type: 'workflow', tool_name: 'off', enabled: false }]
  const node = (id: string, data: object) => ({ id, type: 'custom', position: { x: 0, y: 0 }, data: { title: id, ...data } })
  const { tools, told } = agentOf({ kind: 'app', app: { mode: 'workflow', name: 'x' }, workflow: { graph: { nodes: [node('s', { type: 'start', variables: [] }), node('a', { type: 'agent', agent_parameters: { query: { value: 'Hi' }, tools: { value } } }), node('l', { type: 'loop', loop_count: 20 })], edges: [] } } })
  expect(tools).toEqual([{ name: 'ask_desk', description: 'Asks', parameters: { type: 'object', properties: { query: { type: 'string', description: 'What' } }, required: ['query'] }, run: { kind: 'subworkflow', workflowId: '' } }])
  expect([told('TOOLS'), told('SUBWORKFLOW'), told('LOOP_AS_MAP')]).toEqual([['Time'], ['Ask the desk'], ['≤ 20']])
})
