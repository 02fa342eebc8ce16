import { afterAll, describe, expect, test } from 'vitest'
import { createTemplates } from '@/server/adapters/templates/create-templates'
import { createWorld } from '@/server/engine/engine-world.suite'
import { validateGraph } from '@/domain/graph/validate'
import { readForeign } from './read-foreign'

/** Shapes that flows of Flowise have in public, in words of our own: what a field may hold stands beside what it holds. */
type Any = Record<string, unknown>
const said = (name: string) => `<p><span class="variable" data-type="mention" data-id="${name}" data-label="${name}">{{ ${name} }}</span> </p>`
const node = (id: string, label: string, x: number, inputs: Any, more: Any = {}): Any => {
  const name = id.replace(/_\d+$/, '')
  return { id, type: 'agentFlow', position: { x, y: 90.5 }, width: 180, height: 72, positionAbsolute: { x, y: 90.5 }, ...more, data: { id, label, name, version: 1, color: '#64B5F6', baseClasses: [label], category: 'Agent Flows', inputParams: Object.keys(inputs).map((field) => ({ label: field, name: field, type: 'string', id: `${id}-input-${field}-string`, display: true })), inputAnchors: [], inputs, outputAnchors: [{ id: `${id}-output-${name}`, label, name }], outputs: {}, selected: false } }
}
const edge = (source: string, target: string, output: string = source.replace(/_\d+$/, '')): Any => ({ id: `${source}-${output}-${target}`, source, sourceHandle: `${source}-output-${output}`, target, targetHandle: target, type: 'agentFlow', data: { sourceColor: '#7EE787', targetColor: '#64B5F6', isHumanInput: false } })
const start = (more: Any = {}): Any => node('startAgentflow_0', 'Start', 64, { startInputType: 'chatInput', formTitle: '', formDescription: '', formInputTypes: '', startEphemeralMemory: '', startState: '', startPersistState: '', ...more })
const model = { credential: '', modelName: 'claude-sonnet-4-0', temperature: 0.9, streaming: true, maxTokensToSample: '', topP: '', topK: '' }

function imported(nodes: Any[], edges: Any[]) {
  const read = readForeign({ description: 'Desk', usecases: ['Extraction'], nodes, edges }, 'file')
  if (!read?.ok) throw new Error(`not read: ${JSON.stringify(read)}`)
  const { document, remarks } = read.found
  return { graph: document.graph, config: (id: string): Any => document.graph.nodes.find((one) => one.id === id)!.config, told: remarks.map(({ level, code, node: of, detail }) => [level, code, of ?? '', detail ?? ''].join(' ').trim()), issues: validateGraph(document.graph).map(({ message }) => message) }
}

const templates = createTemplates({ threads: 1 })
afterAll(() => templates.close())

test('an answer in fields: a list of objects names the fields of each', () => {
  const { config, issues } = imported([start(), node('llmAgentflow_0', 'Structured', 234, { llmModel: 'chatAnthropic', llmMessages: [{ role: 'system', content: '<p>Answer in JSON.</p><p>Nothing else.</p>' }, { role: 'user', content: said('question') }], llmEnableMemory: false, llmReturnResponseAs: 'userMessage', llmStructuredOutput: [{ key: 'output', type: 'jsonArray', enumValues: '', jsonSchema: '{\n  "answer": { "type": "string", "description": "The answer" },\n  "sure": { "type": "boolean", "required": false }\n}', description: 'answers' }], llmUpdateState: '', llmModelConfig: { ...model, llmModel: 'chatAnthropic' } })], [edge('startAgentflow_0', 'llmAgentflow_0')])
  expect(issues).toEqual([])
  expect(config('structured')).toMatchObject({ system: 'Answer in JSON.\nNothing else.', prompt: '{{ input.question }}', model: 'claude-sonnet-4-0', temperature: 0.9, responseSchema: { properties: { output: { type: 'array', items: { type: 'object', properties: { answer: { type: 'string' }, sure: { type: 'boolean' } }, required: ['answer'] } } } } })
})

describe('the state of a flow', () => {
  const { graph, config, issues, told } = imported([
    start({ startState: [{ key: 'next', value: 'WRITER' }, { key: 'task', value: '' }] }),
    node('conditionAgentflow_0', 'Check next', 128, { conditions: [{ type: 'string', value1: said('$flow.state.next'), operation: 'equal', value2: '<p>WRITER</p>' }, { type: 'string', value1: said('$flow.state.next'), operation: 'equal', value2: '<p>REVIEWER</p>' }] }),
    node('directReplyAgentflow_0', 'Write', 300, { directReplyMessage: `<p>At ${said('current_date_time').slice(3)}` }), node('directReplyAgentflow_1', 'Review', 300, { directReplyMessage: '<p>review</p>' }), node('directReplyAgentflow_2', 'End', 300, { directReplyMessage: '<p>end</p>' }),
  ], [edge('startAgentflow_0', 'conditionAgentflow_0'), edge('conditionAgentflow_0', 'directReplyAgentflow_0', '0'), edge('conditionAgentflow_0', 'directReplyAgentflow_1', '1'), edge('conditionAgentflow_0', 'directReplyAgentflow_2', '2')])
  test('has its values before anything reads them', async () => {
    expect([issues, told]).toEqual([[], ['changed STATE Start next, task', 'changed CASES Check next 2']])
    expect(config('variables').remember).toEqual([{ key: 'next', value: '"WRITER"', expect: 'any' }, { key: 'task', value: '""', expect: 'any' }])
    const world = createWorld({ templates })
    const run = await world.begin(graph, { question: 'Hi' })
    await expect.poll(async () => String((await world.state(run)).output)).toMatch(/^At \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  })
})

test('tools that ask an address: what may be left out is nothing then, and what has no place in the path stands at its end', () => {
  const get = { requestsGetUrl: '<p>http://localhost:5566/events</p>', requestsGetName: 'get_events', requestsGetDescription: 'Gets events', requestsGetHeaders: '', requestsGetQueryParamsSchema: '{"id": {"type": "string", "in": "path", "description": "/:id"}, "limit": {"type": "string", "in": "query", "description": "?limit=10"}}', requestsGetMaxOutputLength: '2000', agentSelectedTool: 'requestsGet' }
  const { config, issues, told } = imported([start(), node('agentAgentflow_0', 'Agent', 276, { agentModel: 'chatOpenAI', agentMessages: [{ role: 'system', content: `<p>You help.</p><p>It is ${said('current_date_time').slice(3)}` }], agentTools: [{ agentSelectedTool: 'requestsGet', agentSelectedToolRequiresHumanInput: '', agentSelectedToolConfig: get }, { agentSelectedTool: 'openAPIToolkit', agentSelectedToolConfig: {} }], agentKnowledgeDocumentStores: [], agentKnowledgeVSEmbeddings: '', agentEnableMemory: false, agentUserMessage: `<p>{{ chat_history }}</p>${said('question')}`, agentUpdateState: '', agentModelConfig: { ...model, modelName: 'gpt-4o-mini', maxTokens: '' } })], [edge('startAgentflow_0', 'agentAgentflow_0')])
  expect(issues).toEqual([])
  expect(config('agent')).toMatchObject({ system: 'You help.\nIt is {{ "now" | date: "%Y-%m-%dT%H:%M:%SZ" }}', prompt: '{{ input.question }}', tools: [{ name: 'get_events', parameters: { required: [] }, run: { kind: 'http', method: 'GET', url: 'http://localhost:5566/events{% if input.id %}/{{ input.id }}{% endif %}?limit={{ input.limit | default: "" }}' } }] })
  expect(told).toEqual(['lost MEMORY Agent', 'lost TOOLS Agent openAPIToolkit', 'changed MODEL Agent gpt-4o-mini'])
})
