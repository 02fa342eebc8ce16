import { afterAll, describe, expect, test } from 'vitest'
import { createTemplates } from '@/server/adapters/templates/create-templates'
import { createWorld, settle } from '@/server/engine/engine-world.suite'
import { validateGraph } from '@/domain/graph/validate'
import { readForeign } from './read-foreign'

/** Shapes that workflows of n8n have in public, in words of our own. */
type Any = Record<string, unknown>
const node = (name: string, type: string, parameters: Any = {}, position: [number, number] = [250, 300], more: Any = {}): Any => ({ id: name, name, type: type.startsWith('lc.') ? type.replace('lc.', '@n8n/n8n-nodes-langchain.') : `n8n-nodes-base.${type}`, typeVersion: 3, position, parameters, ...more })
const set = (fields: [name: string, value: unknown, type?: string][], more: Any = {}): Any => ({ mode: 'manual', assignments: { assignments: fields.map(([name, value, type = 'string'], index) => ({ id: `id-${index}`, name, value, type })) }, options: {}, ...more })
const test2 = (leftValue: unknown, rightValue: unknown, type: string, operation: string): Any => ({ options: { caseSensitive: true, leftValue: '', typeValidation: 'loose', version: 2 }, conditions: [{ id: 'c', leftValue, rightValue, operator: { type, operation } }], combinator: 'and' })
/** `a > b` on the main way, `a.1 > b` from its second output, `a ai_tool> b` as a part of `b`. */
function file(nodes: Any[], ...ways: string[]): Any {
  const connections: Record<string, Record<string, { node: string; type: string; index: number }[][]>> = {}
  for (const way of ways) {
    const [, from = '', output = '0', kind = 'main', to = ''] = /^(.+?)(?:\.(\d))?(?: (ai_\w+))? ?> (.+)$/.exec(way) ?? []
    const groups = ((connections[from] ??= {})[kind] ??= [])
    for (let index = groups.length; index <= Number(output); index++) groups.push([])
    groups[Number(output)]!.push({ node: to, type: kind, index: 0 })
  }
  return { name: 'Desk', nodes, connections, settings: { executionOrder: 'v1' }, pinData: {}, meta: { templateCredsSetupCompleted: false } }
}

function imported(value: Any) {
  const read = readForeign(value, 'file')
  if (!read?.ok) throw new Error(`not read: ${JSON.stringify(read)}`)
  const { document, remarks } = read.found
  return { graph: document.graph, config: (id: string): Any => document.graph.nodes.find((one) => one.id === id)!.config, told: remarks.map(({ level, code, node: of, detail }) => [level, code, of ?? '', detail ?? ''].join(' ').trim()), issues: validateGraph(document.graph).map(({ message }) => message) }
}

const templates = createTemplates({ threads: 1 })
afterAll(() => templates.close())

describe('a form, a node that adds fields to it, and one that nothing here does the work of', () => {
  const { config, told, issues, graph } = imported(file([
    node('Form', 'formTrigger', { formTitle: 'Lead', formFields: { values: [{ fieldLabel: 'Full Name', fieldType: 'text', requiredField: true }, { fieldLabel: 'Size', fieldType: 'dropdown', requiredField: false, fieldOptions: { values: [{ option: '1-10' }, { option: '11+' }] } }, { fieldLabel: 'CV', fieldType: 'file', requiredField: true }] } }),
    node('Config', 'set', set([['limit', 70, 'number']], { includeOtherFields: true })), node('Store', 'dataTable', { resource: 'row', operation: 'insert', dataTableId: { __rl: true, mode: 'id', value: 'leads' } }),
    node('Ask', 'lc.openAi', { resource: 'text', operation: 'response', modelId: { __rl: true, mode: 'id', value: 'gpt-4o-mini' }, responses: { values: [{ type: 'text', role: 'user', content: "={{ $json['Full Name'] }} up to {{ $json.limit }}, row {{ $json.id }}" }] }, simplify: true, options: { instructions: 'You judge.' } }),
    node('Answer', 'respondToWebhook', { respondWith: 'json', responseBody: "={{ JSON.stringify({ said: $json.message?.content || $json.text, over: $('Config').first().json.limit > 50 }) }}" }),
  ], 'Form > Config', 'Config > Store', 'Store > Ask', 'Ask > Answer'))
  test('asks for what it asked for', () => {
    expect(config('form').schema).toEqual({ type: 'object', properties: { 'Full Name': { type: 'string' }, Size: { type: 'string', enum: ['1-10', '11+'] }, CV: {} }, required: ['Full Name'] })
    expect([issues, told]).toEqual([[], ['todo FILES Form CV', 'changed OTHER_FIELDS Config', 'lost NO_COUNTERPART Store n8n-nodes-base.dataTable', 'changed MODEL Ask gpt-4o-mini']])
  })
  test('reads each field where it comes from', () => expect(config('ask')).toMatchObject({ system: 'You judge.', prompt: '{{ input["Full Name"] }} up to {{ steps.config.output.limit }}, row {{ steps.store.output.id }}' }))
  test('stands in columns, though all was drawn in one place', () => {
    const at = new Map(graph.nodes.map(({ id, position }) => [id as string, position]))
    expect(['form', 'config', 'store', 'ask', 'answer'].map((id) => at.get(id)!.x)).toEqual([0, 320, 640, 960, 1280])
    expect(new Set(graph.nodes.map(({ position: { x, y } }) => `${x} ${y}`)).size).toBe(graph.nodes.length)
  })
})

test.each([['the library', (one: Any) => ({ id: 1, workflow: { name: 'Outer', workflow: one } })], ['the API', (one: Any) => ({ data: one })]])('is found in what %s gives', (_from, wrapped) => {
  expect(imported(wrapped(file([node('Start', 'manualTrigger')]))).graph.nodes.map(({ id }) => id)).toEqual(['start'])
})

test('what answers with JSON gives a value', async () => {
  const { graph } = imported(file([node('Hook', 'webhook', { path: 'x' }), node('Fields', 'set', { mode: 'manual', fields: { values: [{ name: 'task', type: 'stringValue', value: "={{ $json.body?.task || $json.body?.description || 'none' }}" }] } }, [500, 300]), node('Answer', 'respondToWebhook', { respondWith: 'json', responseBody: "={{ JSON.stringify({ status: 'ok', task: $json.task }) }}" }, [800, 300])], 'Hook > Fields', 'Fields > Answer'))
  const world = createWorld({ templates })
  const run = await world.begin(graph, { description: 'Paint' })
  await expect.poll(async () => (await world.state(run)).output).toEqual({ status: 'ok', task: 'Paint' })
})

test('triggers that led to different nodes are told, for every run does all of it', () => {
  const { told } = imported(file([node('Form', 'formTrigger'), node('Weekly', 'scheduleTrigger', { rule: { interval: [{ field: 'weeks', triggerAtDay: [1], triggerAtHour: 9 }] } }), node('A', 'noOp'), node('B', 'noOp')], 'Form > A', 'Weekly > B'))
  expect(told).toEqual(['changed SEVERAL_TRIGGERS  Form, Weekly', 'todo SEPARATE_FLOWS  A / B', 'todo SCHEDULE Weekly 0 9 * * 1'])
})

describe('a node that asks a person and waits', () => {
  const { graph, told, issues } = imported(file([
    node('Hook', 'webhook', {}, [0, 0]), node('Ask', 'slack', { operation: 'sendAndWait', select: 'channel', message: '=Send {{ $json.body.what }}?', approvalOptions: { values: { approvalType: 'double' } } }, [200, 0], { credentials: { slackApi: { id: '1', name: 'Slack' } } }),
    node('Approved?', 'if', { conditions: test2('={{ $json.data?.approved }}', '', 'boolean', 'true') }, [400, 0]), node('Yes', 'respondToWebhook', { respondWith: 'text', responseBody: 'sent' }, [600, -100]), node('No', 'respondToWebhook', { respondWith: 'text', responseBody: 'kept' }, [600, 100]),
  ], 'Hook > Ask', 'Ask > Approved?', 'Approved? > Yes', 'Approved?.1 > No'))
  test.each([['approve', 'sent'], ['reject', 'kept']] as const)('asks here, and goes on by the answer: %s', async (decision, output) => {
    expect([issues, told]).toEqual([[], ['todo WEBHOOK Hook', 'changed ASKED_HERE Ask slack']])
    const world = createWorld({ templates })
    const run = await world.begin(graph, { what: 'it' })
    await settle()
    await expect.poll(async () => (await world.state(run)).status).toBe('waiting')
    await world.engine.answer(run, 'ask', { decision, comment: '', by: 'me' })
    await expect.poll(async () => (await world.state(run)).output).toBe(output)
  })
})

test('an agent that another asks is a workflow to be made; its words, and those of lost tools, are kept in notes', () => {
  const { config, told, graph } = imported(file([
    node('Start', 'manualTrigger'), node('Boss', 'lc.agent', { promptType: 'define', text: 'Go', options: {} }), node('Finder', 'lc.agentTool', { toolDescription: 'Finds', text: '={{ $fromAI("topic", "what about") }}', options: { systemMessage: 'You find.' } }), node('Books', 'lc.toolVectorStore', { description: 'books', topK: 4 }), node('Calculator', 'lc.toolCalculator'),
    node('Model', 'lc.lmChatOpenAi', { model: { __rl: true, mode: 'id', value: 'gpt-4o-mini' } }),
  ], 'Start > Boss', 'Finder ai_tool> Boss', 'Books ai_tool> Boss', 'Calculator ai_tool> Boss', 'Model ai_languageModel> Finder'))
  expect(config('boss').tools).toEqual([{ name: 'Finder', description: 'Finds', parameters: { type: 'object', properties: { topic: { type: 'string', description: 'what about' } }, required: ['topic'] }, run: { kind: 'subworkflow', workflowId: '' } }])
  expect(told).toEqual(['todo AGENT_TOOL Boss Finder', 'lost TOOLS Boss Books, Calculator'])
  const notes = graph.nodes.filter(({ type }) => type === 'note').map((one) => String(one.config.text))
  expect(notes).toEqual([expect.stringContaining('You find.'), expect.stringContaining('"topK": 4')])
})

test('fields behind a merge are read where they were set', () => {
  const { config, told } = imported(file([node('Start', 'manualTrigger', {}, [0, 0]), node('A', 'set', set([['a', 'x']]), [200, -100]), node('B', 'set', set([['b', 'y']]), [200, 100]), node('Both', 'merge', { mode: 'combine', combineBy: 'combineByPosition' }, [400, 0]), node('Use', 'set', set([['c', '={{ $json.a }}{{ $json.b }}']]), [600, 0])], 'Start > A', 'Start > B', 'A > Both', 'B > Both', 'Both > Use'))
  expect(config('use').expression).toBe('{"c": string(steps.a.output.a) + string(steps.b.output.b)}')
  expect(told).toEqual(['changed MERGE Both combine'])
})
