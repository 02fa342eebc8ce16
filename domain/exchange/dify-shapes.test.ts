import { afterAll, describe, expect, test } from 'vitest'
import { createTemplates } from '@/server/adapters/templates/create-templates'
import { createWorld } from '@/server/engine/engine-world.suite'
import { validateGraph } from '@/domain/graph/validate'
import { readForeign } from './read-foreign'

/** Shapes that Dify's exports have in public, in words of our own. */
type Any = Record<string, unknown>
const node = (id: string, type: string, data: Any, more: Any = {}): Any => ({ id, type: 'custom', position: { x: 80, y: 282 }, height: 54, width: 244, ...more, data: { desc: '', selected: false, title: id, type, ...data } })
const edge = (source: string, target: string, sourceHandle = 'source'): Any => ({ id: `${source}-${sourceHandle}-${target}-target`, source, sourceHandle, target, targetHandle: 'target', type: 'custom', zIndex: 0, data: { isInIteration: false, isInLoop: false } })
const app = (nodes: Any[], edges: Any[], { mode = 'workflow', version = '0.3.1', ...more }: Any = {}): Any => ({ app: { description: '', icon: '🤖', mode, name: 'Desk' }, dependencies: [], kind: 'app', version, workflow: { conversation_variables: [], environment_variables: [], features: {}, graph: { edges, nodes, viewport: { x: 0, y: 0, zoom: 1 } }, ...more } })
const start = (...variables: string[]): Any => node('start', 'start', { variables: variables.map((variable) => ({ variable, label: variable, type: 'paragraph', required: true, options: [] })) })

function imported(file: Any) {
  const read = readForeign(file, 'file')
  if (!read?.ok) throw new Error(`not read: ${JSON.stringify(read)}`)
  const { document, remarks } = read.found
  return { graph: document.graph, config: (id: string): Any => document.graph.nodes.find((one) => one.id === id)!.config, told: remarks.map(({ level, code, node: of, detail }) => [level, code, of ?? '', detail ?? ''].join(' ').trim()), issues: validateGraph(document.graph).map(({ message }) => message) }
}

const templates = createTemplates({ threads: 1 })
afterAll(() => templates.close())

describe('a template with a loop and a condition in it', () => {
  const found = imported(app([
    start('rows'),
    node('code', 'code', { code: "def main(rows):\n    return {'result': []}", code_language: 'python3', outputs: { result: { children: null, type: 'array[object]' } }, variables: [{ variable: 'rows', value_selector: ['start', 'rows'] }] }),
    node('table', 'template-transform', { template: '|Name|\n|---|\n{% for row in arg1 -%}\n|{{row.name|upper}}{% if not loop.last %},{% endif %}|\n{% endfor -%}', variables: [{ variable: 'arg1', value_selector: ['code', 'result'] }] }),
    node('end', 'end', { outputs: [{ variable: 'text', value_selector: ['table', 'output'] }] }),
  ], [edge('start', 'code'), edge('code', 'table'), edge('table', 'end')]))
  test('is a transform that says the same', async () => {
    expect([found.issues, found.told]).toEqual([[], []])
    const world = createWorld({ templates })
    const run = await world.begin(found.graph, { rows: 'a, b' })
    await expect.poll(() => world.coded.length).toBe(1)
    world.coded[0]!.done({ output: { result: [{ name: 'a' }, { name: 'b' }] }, stdout: '', stderr: '' })
    await expect.poll(async () => (await world.state(run)).output).toEqual({ text: '|Name|\n|---|\n|A,|\n|B|\n' })
  })
})

describe('a chat with variables of its own', () => {
  const { config, told, issues, graph } = imported(app([
    start(),
    node('known', 'if-else', { cases: [{ case_id: 'true', id: 'true', logical_operator: 'and', conditions: [{ id: 'c', comparison_operator: 'empty', value: '', varType: 'string', variable_selector: ['conversation', 'token'] }] }] }),
    node('keep', 'assigner', { version: '2', items: [{ input_type: 'variable', operation: 'over-write', write_mode: 'over-write', value: ['sys', 'query'], variable_selector: ['conversation', 'token'] }] }),
    node('ask', 'llm', { context: { enabled: false, variable_selector: [] }, variables: [], vision: { enabled: false }, model: { completion_params: { temperature: 0.7 }, mode: 'chat', name: 'm', provider: 'p' }, memory: { query_prompt_template: '{{#sys.query#}}\n\n{{#userinput.files#}}', role_prefix: { assistant: '', user: '' }, window: { enabled: false, size: 50 } }, prompt_template: [{ role: 'system', text: 'At most {{#env.words#}} words. {{#env.KEY#}}' }] }),
    node('said', 'answer', { answer: '{{#ask.text#}}', variables: [] }),
    node('kept', 'answer', { answer: 'kept', variables: [] }),
  ], [edge('start', 'known'), edge('known', 'keep', 'true'), edge('known', 'ask', 'false'), edge('keep', 'kept'), edge('ask', 'said')], {
    mode: 'advanced-chat', conversation_variables: [{ id: 'v', name: 'token', description: '', selector: ['conversation', 'token'], value: '', value_type: 'string' }],
    environment_variables: [{ id: 'e', name: 'words', value: 50, value_type: 'number' }, { id: 's', name: 'KEY', value: 'hush', value_type: 'secret' }],
  }))
  test('has their values before anything reads them', async () => {
    expect(issues).toEqual([])
    expect(config('variables').remember).toEqual([{ key: 'token', value: '""', expect: 'any' }, { key: 'env_words', value: '50', expect: 'any' }])
    const world = createWorld({ templates })
    const run = await world.begin(graph, { query: 'Hi' })
    await expect.poll(async () => (await world.state(run)).output).toEqual('kept')
  })
  test('asks without the files that no message has, and takes no secret along', () => {
    expect(config('ask')).toMatchObject({ prompt: '{{ input.query }}', system: 'At most {{ memory.env_words }} words. {% raw %}{{#env.KEY#}}{% endraw %}' })
    expect(told).toEqual(['todo CREDENTIAL  KEY', 'changed STATE  token, words', 'changed STATE keep', 'todo EXPRESSION ask {{#env.KEY#}}', 'lost MEMORY ask', 'changed MODEL ask m'])
    expect(JSON.stringify(graph)).not.toContain('hush')
  })
})

test('a classifier says the names of its classes, which the next may read', () => {
  const { config, graph, issues } = imported(app([
    start('query'),
    node('sort', 'question-classifier', { classes: [{ id: '1715846546749', name: 'Health' }, { id: '1715846565625', name: 'Help' }], instruction: '', instructions: 'By topic', model: { completion_params: { temperature: 0.1 }, mode: 'chat', name: 'm', provider: 'p' }, query_variable_selector: ['start', 'query'], topics: [] }),
    node('a', 'end', { outputs: [{ variable: 'class', value_selector: ['sort', 'class_name'] }] }), node('b', 'end', { outputs: [] }),
  ], [edge('start', 'sort'), edge('sort', 'a', '1715846546749'), edge('sort', 'b', '1715846565625')]))
  expect(issues).toEqual([])
  expect(config('sort')).toMatchObject({ system: 'By topic\n- Health\n- Help', responseSchema: { properties: { class: { enum: ['Health', 'Help'] } } } })
  expect(graph.edges.map(({ id }) => id)).toEqual(expect.arrayContaining(['sort2.true>a', 'sort2.false>b']))
  expect(config('a').value).toBe('{"class": steps.sort.output.json.class}')
})

test('an iteration of version 0.1 begins at its first node', () => {
  const { graph, issues } = imported(app([
    start('list'),
    node('each', 'iteration', { iterator_selector: ['start', 'list'], output_selector: ['line', 'output'], output_type: 'array[string]', startNodeType: 'template-transform', start_node_id: 'line' }),
    node('line', 'template-transform', { isIterationStart: true, isInIteration: true, iteration_id: 'each', template: '- {{ one }}', variables: [{ variable: 'one', value_selector: ['each', 'item'] }] }, { parentId: 'each', extent: 'parent' }),
    node('end', 'end', { outputs: [{ variable: 'lines', value_selector: ['each', 'output'] }] }),
  ], [edge('start', 'each'), edge('each', 'end')], { version: '0.1.0' }))
  expect(issues).toEqual([])
  expect((graph.nodes.find(({ id }) => id === 'each')!.config.body as unknown as { edges: { id: string }[] }).edges.map(({ id }) => id)).toEqual(['item>line', 'line>result'])
})

test('a node that calls a tool: a workflow, a tool of a server, and one of which the report says which it was', () => {
  const tool = (id: string, provider: string, tool_parameters: Any): Any => node(id, 'tool', { provider_id: 'p', provider_name: 'tavily', provider_type: provider, tool_name: `${id}_tool`, tool_label: `The ${id}`, tool_configurations: { depth: { type: 'constant', value: 'basic' } }, tool_parameters, paramSchemas: [{ name: 'query', human_description: { en_US: 'long' } }], tool_node_version: '2' })
  const { config, told, graph, issues } = imported(app([
    start('query'), tool('flow', 'workflow', { about: { type: 'mixed', value: 'On {{#start.query#}}' }, all: { type: 'variable', value: ['start', 'query'] }, n: { type: 'constant', value: 3 } }),
    tool('server', 'mcp', { q: { type: 'mixed', value: '{{#start.query#}}' } }), tool('search', 'builtin', { query: { type: 'mixed', value: '{{#start.query#}}' } }),
    node('end', 'end', { outputs: [{ variable: 'a', value_selector: ['flow', 'text'] }, { variable: 'b', value_selector: ['server', 'text'] }] }),
  ], [edge('start', 'flow'), edge('flow', 'server'), edge('server', 'search'), edge('search', 'end')]))
  expect(config('flow').input).toEqual({ about: '"On " + string(input.query)', all: 'input.query', n: '3' })
  expect(config('server')).toMatchObject({ tool: 'server_tool', input: '{"q": input.query}' })
  expect(config('end').value).toBe('{"a": steps.flow.output, "b": steps.server.output.text}')
  expect(told).toEqual(['todo SUBWORKFLOW flow The flow', 'todo MCP_TOOLS server tavily: The server', 'lost NO_COUNTERPART search tavily: The search'])
  expect(String(graph.nodes.find(({ type }) => type === 'note')!.config.text)).toContain('"query": "{{#start.query#}}"')
  // The workflow and the server's address are for a person to give.
  expect(issues).toEqual(['"flow", workflowId: Fill this in', '"server", url: Fill this in'])
})
