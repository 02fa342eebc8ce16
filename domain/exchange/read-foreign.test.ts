import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { Graph, type GraphNode } from '@/domain/graph/graph'
import { validateGraph } from '@/domain/graph/validate'
import { createWorld, settle } from '@/server/engine/engine-world.suite'
import { DIFY_FILE, FLOWISE_CHATFLOW, FLOWISE_FILE, N8N_FILE, N8N_LOOP } from './foreign-files.suite'
import type { Remark } from './import-sketch'
import { readForeign } from './read-foreign'

function imported(file: unknown) {
  const read = readForeign(file, 'file')
  if (!read?.ok) throw new Error(`not read: ${JSON.stringify(read)}`)
  const { document, remarks, builder } = read.found
  const node = (id: string): GraphNode => document.graph.nodes.find((one) => one.id === id) ?? (() => { throw new Error(`no node ${id}`) })()
  const body = (id: string): Graph => Graph.parse(node(id).config.body)
  return { builder, name: document.name, graph: document.graph, node, body, remarks, told: (code: Remark['code']) => remarks.filter((one) => one.code === code).map(({ node: of, detail }) => `${of ?? ''}: ${detail ?? ''}`), edges: document.graph.edges.map(({ id }) => id).toSorted() }
}

const FILES = { 'n8n': N8N_FILE, 'n8n with a loop': N8N_LOOP, 'Dify': parse(DIFY_FILE) as unknown, 'Flowise': FLOWISE_FILE, 'Flowise with chains': FLOWISE_CHATFLOW }

test.each(Object.entries(FILES))('what comes of %s has no problem', (_builder, file) => expect(validateGraph(imported(file).graph)).toEqual([]))

describe('a workflow of n8n', () => {
  const { node, edges, told, name, graph } = imported(N8N_FILE)
  test('keeps its way', () => {
    expect(name).toBe('Answer the mail')
    expect(edges).toEqual(['aiAgent>isItLong', 'isItLong.false>tellSlack', 'isItLong.true>shape', 'send.error>tellSlack', 'shape>send', 'tellSlack>rework', 'whenAsked>aiAgent'].toSorted())
  })
  test('gives its agents their model and prompts, expressions as templates and other braces as text', () => {
    expect(node('aiAgent').config).toEqual({ prompt: 'Answer {{ input.chatInput }} in {{ input.words | default: 50 }} words', system: '{% raw %}You write letters with {{ care }}.{% endraw %}', model: 'gpt-4o-mini', temperature: 0.2, maxTokens: 300, retry: { maxAttempts: 4, initialMs: 1_000 }, todos: [{ code: 'TOOLS', detail: 'Search' }, { code: 'MEMORY' }] })
    expect([told('TOOLS'), told('MEMORY'), told('MODEL')]).toEqual([['AI Agent: Search'], ['AI Agent: '], ['AI Agent: gpt-4o-mini']])
  })
  test('reads through what only passes data on, and by name', () => {
    expect(node('isItLong').config.expression).toBe('(steps.aiAgent.output.text.contains("Dear")) && (size(steps.aiAgent.output.text) > 5)')
    expect(node('shape').config.expression).toBe('{"letter": steps.aiAgent.output.text, "asked": input.chatInput, "rank": 3, "when": "{\\u007b $now.toISO() }}"}')
    expect(told('EXPRESSION')).toEqual(['Shape: {{ $now.toISO() }}'])
  })
  test('sends what it sent', () => {
    expect(node('send').config).toMatchObject({ method: 'POST', url: 'https://mail.example/{{ steps.shape.output.rank }}?to={{ steps.shape.output.asked | url_encode }}', headers: { 'content-type': 'application/json' }, body: '{"text": {{ steps.shape.output.letter | json }}, "kind": "letter"}', onError: 'branch' })
    expect(told('CREDENTIAL')).toEqual(['Send: mailApi'])
  })
  test('says what starts it, and that one way in is left', () => {
    expect(told('SCHEDULE')).toEqual(['Each morning: 30 8 * * 1,5'])
    expect(told('SEVERAL_TRIGGERS')).toEqual([': When asked, Each morning'])
  })
  test('lets pass what has no counterpart, with its settings in a note, and JavaScript as something to write anew', () => {
    expect(node('tellSlack').config.disabled).toBe(true)
    expect(graph.nodes.filter(({ type }) => type === 'note').map(({ config }) => String(config.text).split('\n')[0])).toEqual(['**Tell Slack (n8n-nodes-base.slack)**', '## Mail'])
    expect(node('rework')).toMatchObject({ type: 'python', config: { disabled: true } })
    expect([told('NO_COUNTERPART'), told('JAVASCRIPT')]).toEqual([['Tell Slack: n8n-nodes-base.slack'], ['Rework: ']])
  })
})

describe('a loop of n8n', () => {
  const { node, body, edges } = imported(N8N_LOOP)
  test('is a map, in which the item is the input', () => {
    expect(node('loopOverItems').config.items).toBe('steps.split.output')
    expect(body('loopOverItems').nodes.find(({ id }) => id === 'rate')?.config.prompt).toBe('Rate {{ input.title }} for {{ steps.webhook.output.reader }}')
  })
  test('and a switch a row of conditions', () => expect(edges).toEqual(['loopOverItems>switch', 'split>loopOverItems', 'switch.false>switch2', 'switch.true>answer', 'switch2.true>answer', 'webhook>split'].toSorted()))
  test('runs to its end', async () => {
    const world = createWorld({ models: (request) => `about ${String(request.messages.at(-1)?.content)}` })
    const run = await world.begin(imported(N8N_LOOP).graph, { reader: 'Mina', pages: [{ title: 'A' }, { title: 'B' }] })
    await settle()
    const { status, output } = await world.state(run)
    expect(status).toBe('completed')
    expect(JSON.parse(String(output))).toMatchObject({ ratings: [{ text: 'about Rate A for Mina' }, { text: 'about Rate B for Mina' }] })
  })
  test('another way round is cut, and told', () => {
    const file = { nodes: ['A', 'B'].map((name) => ({ name, type: 'n8n-nodes-base.noOp', position: [0, 0], parameters: {} })), connections: { A: { main: [[{ node: 'B' }]] }, B: { main: [[{ node: 'A' }]] } } }
    expect([imported(file).edges, imported(file).told('CIRCLE')]).toEqual([['a>b'], [': B → A']])
  })
})

describe('an app of Dify', () => {
  const { node, body, told, name } = imported(FILES.Dify)
  test('asks for what its start asked for', () => {
    expect(name).toBe('Review a text')
    expect(node('begin').config.schema).toMatchObject({ properties: { text: { type: 'string', title: 'Text' }, rank: { type: 'number' }, kind: { enum: ['mail', 'note'] } }, required: ['text', 'rank'] })
  })
  test('keeps prompts; what of them is not here stays as text and is told', () => {
    expect(node('agent')).toMatchObject({ name: '요약', config: { prompt: 'Shorten: {{ input.text }} with {% raw %}{{#env.API_KEY#}}{% endraw %}', system: 'You shorten texts of kind {{ input.kind }}.', temperature: 0.3, maxTokens: 500 } })
    expect(told('EXPRESSION')).toEqual(['요약: {{#env.API_KEY#}}'])
  })
  test('decides as it did', () => {
    expect(node('important').config.expression).toBe('(input.rank >= 7) && (steps.agent.output.text != null && size(steps.agent.output.text) > 0)')
    expect(node('important2').config.expression).toBe('input.text.contains("urgent")')
  })
  test('runs its Python, and goes through lists', () => {
    expect(node('countWords').config.code).toContain('output = main(words=steps["agent"]["output"]["text"])')
    expect(node('eachWord').config).toMatchObject({ items: 'steps.countWords.output.output.parts', concurrency: 4 })
    expect(body('eachWord').nodes.find(({ id }) => id === 'say')?.config.expression).toBe('word {{ input }} of {{ steps.begin.output.kind }}')
  })
  test('takes no secret along', () => {
    expect(JSON.stringify(imported(FILES.Dify).graph)).not.toContain('secret')
    expect(told('CREDENTIAL')).toEqual([': API_KEY', 'Look up: '])
  })
  test.each([[2, 'one urgent thing', { result: 'ok' }], [9, 'a b', { result: ['word a of mail', 'word b of mail'] }]])('runs to its end with rank %i', async (rank, text, output) => {
    const world = createWorld({ models: () => 'short' })
    const run = await world.begin(imported(FILES.Dify).graph, { text, rank, kind: 'mail' })
    await settle()
    for (const { done } of world.coded) done({ output: { parts: text.split(' ') }, stdout: '', stderr: '' })
    await settle()
    expect(await world.state(run)).toMatchObject({ status: 'completed', output })
  })
  test('without a graph is refused by its mode', () => expect(readForeign({ kind: 'app', app: { mode: 'agent-chat', name: 'x' }, model_config: {} }, 'x')).toEqual({ ok: false, fault: { kind: 'no-graph', builder: 'Dify', detail: 'agent-chat' } }))
})

describe('a flow of Flowise', () => {
  const { node, body, told, edges, name } = imported(FLOWISE_FILE)
  test('keeps what its rich text says', () => {
    expect(name).toBe('file')
    expect(node('planner').config).toMatchObject({ system: 'You plan & explain.', prompt: 'Plan for {{ input.question }}', model: 'gpt-4o', temperature: 0.5, responseSchema: { properties: { tasks: { type: 'array' } } }, remember: [{ key: 'plan', value: '{{ steps.planner.output.text }}' }] })
    expect(node('lookAtIt')).toMatchObject({ type: 'approval', config: { prompt: 'Go on with {{ steps.planner.output.text }}?' } })
    expect(node('sayIt').config.value).toBe('Done: {{ steps.eachTask.output }}, by {{ memory.plan }}')
  })
  test('goes through its iterations as a map', () => {
    expect(node('eachTask').config.items).toBe('steps.planner.output.json.tasks')
    expect(body('eachTask').nodes.find(({ id }) => id === 'worker')?.config.prompt).toBe('Do {{ input }} for {{ steps.start.output.question }}')
  })
  test('keeps its ways, but not the one back', () => {
    expect(edges).toEqual(['eachTask>enough', 'enough.false>fix', 'enough.true>sayIt', 'lookAtIt.approved>eachTask', 'planner>lookAtIt', 'start>variables', 'variables>planner'].toSorted())
    expect(told('CIRCLE')).toEqual(['Again: llmAgentflow_0-Planner, ≤ 5'])
  })
  test('as chains: a step each, with its parts as settings', () => {
    const chains = imported(FLOWISE_CHATFLOW)
    expect(chains.node('namer').config).toMatchObject({ prompt: 'Name a {{ input.question }} in {braces}', model: 'gpt-4o-mini', temperature: 0.9 })
    expect(chains.node('judge').config).toMatchObject({ prompt: 'Judge {{ steps.namer.output.text }}', system: 'You judge names.' })
    expect(chains.edges).toEqual(['judge>answer', 'namer>judge', 'question>namer'])
    expect([chains.told('MEMORY'), chains.told('NO_COUNTERPART')]).toEqual([['Judge: '], ['Pinecone: pinecone']])
  })
  test('is found in a whole export; the others are told', () => {
    const whole = { AgentFlowV2: [{ name: 'First', flowData: JSON.stringify(FLOWISE_FILE) }, { name: 'Second', flowData: '{}' }], ChatFlow: [{ name: 'Third', flowData: '{}' }] }
    expect([imported(whole).name, imported(whole).told('SEVERAL_WORKFLOWS')]).toEqual(['First', [': Second, Third']])
  })
})

test.each([[null], [[]], [{}], ['text'], [{ nodes: [] }], [{ nodes: [], edges: [] }], [{ nodes: [{ id: 'x' }], edges: [] }]])('%j is of nobody', (value) => expect(readForeign(value, 'x')).toBeUndefined())

test('a kind of node called like what every object has is an unknown one', () => {
  const dify = structuredClone(FILES.Dify) as { workflow: { graph: { nodes: { data: { type: string } }[] } } }
  for (const node of dify.workflow.graph.nodes.slice(1)) node.data.type = '__proto__'
  expect(readForeign(dify, 'file')?.ok).toBe(true)
})

test('a file that is broken anywhere is read as far as it goes, never thrown at', () => {
  const broken = fc.oneof(fc.constantFrom(null, '', '={{ $json', '{{#.#}}', -1, 1e99, [], {}, [[]], '__proto__', '<p>{{', true), fc.jsonValue({ maxDepth: 2 }))
  const paths = Object.values(FILES).map((file) => ({ file, paths: pathsIn(file) }))
  fc.assert(fc.property(fc.constantFrom(...paths).chain((one) => fc.tuple(fc.constant(one.file), fc.array(fc.tuple(fc.constantFrom(...one.paths), broken), { minLength: 1, maxLength: 4 }))), ([file, changes]) => {
    const copy = structuredClone(file) as Record<string, unknown>
    for (const [path, value] of changes) put(copy, path, structuredClone(value))
    // A file has no holes in its lists.
    const read = readForeign(JSON.parse(JSON.stringify(copy)), 'file')
    if (read?.ok) expect(Graph.safeParse(read.found.document.graph).success).toBe(true)
  }), { numRuns: 300 })
})

describe('what no person wrote', () => {
  const text = (opening: string) => opening.repeat(Math.floor(150_000 / opening.length))
  const n8n = (said: string) => ({ name: 'x', nodes: [{ name: 'A', type: '@n8n/n8n-nodes-langchain.agent', position: [0, 0], parameters: { promptType: 'define', text: `=${said}` } }, { name: 'T', type: 'n8n-nodes-base.httpRequestTool', position: [0, 0], parameters: { url: `=${said}` } }], connections: { T: { ai_tool: [[{ node: 'A' }]] } } })
  const dify = (said: string) => ({ kind: 'app', app: { mode: 'workflow', name: 'x' }, workflow: { graph: { nodes: [{ id: '1', data: { type: 'template-transform', title: 't', template: said } }, { id: '2', data: { type: 'llm', title: 'l', prompt_template: [{ role: 'user', text: said }] } }, { id: '3', data: { type: 'http-request', title: 'h', url: said, headers: said } }], edges: [] } } })
  const flowise = (said: string) => ({ nodes: [{ id: 'llmAgentflow_0', data: { name: 'llmAgentflow', label: 'l', inputs: { llmUserMessage: said, llmMessages: [{ role: 'system', content: `<p>${said}` }] } } }], edges: [] })
  // To go through each to its end for every opening would take minutes.
  test.each(['{{', '{%', '{{#a', '<p', '<a ', '{{ $fromAI("a", "', ' ', '\t', '{', '`', ':', '</p> '])('%j without end is read once', (opening) => {
    for (const file of [n8n(text(opening)), dify(text(opening)), flowise(text(opening))]) expect(readForeign(file, 'x')?.ok).toBe(true)
  })
  test('more nodes than a workflow holds are told, and no edge leads to one that is left out', () => {
    const names = Array.from({ length: 2_100 }, (_, index) => `N${index}`)
    const { graph, told } = imported({ nodes: names.map((name, index) => ({ name, type: 'n8n-nodes-base.noOp', position: [index * 200, 0], parameters: {} })), connections: Object.fromEntries(names.slice(1).map((name, index) => [names[index]!, { main: [[{ node: name }]] }])) })
    expect([graph.nodes.length, graph.edges.length, validateGraph(graph), told('TOO_MANY_NODES')]).toEqual([2_000, 1_999, [], [': 2000']])
  })
  test('loops within loops end somewhere', () => {
    const loop = (id: number) => ({ id: `i${id}`, ...(id > 0 && { parentId: `i${id - 1}` }), data: { type: 'iteration', title: `i${id}`, iterator_selector: ['x', 'y'], output_selector: [] } })
    expect(imported({ kind: 'app', app: { mode: 'workflow', name: 'x' }, workflow: { graph: { nodes: Array.from({ length: 3_000 }, (_, id) => loop(id)), edges: [] } } }).told('NO_COUNTERPART')).toEqual(['i20: iteration'])
  })
  test('several of one name, and kinds of a time to come', () => {
    const { graph, told } = imported({ nodes: [{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 99, position: [0, 0], parameters: {} }, ...[1, 2].map((index) => ({ name: 'Same', type: 'n8n-nodes-base.notYet', typeVersion: 99, position: [index * 300, 0], parameters: {} }))], connections: { Start: { main: [[{ node: 'Same' }]] } } })
    expect(validateGraph(graph)).toEqual([])
    expect(told('NO_COUNTERPART')).toEqual(['Same: n8n-nodes-base.notYet'])
  })
})

function pathsIn(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return path.length === 0 ? [] : [path]
  return [...(path.length === 0 ? [] : [path]), ...Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...path, key]))]
}

function put(root: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const holder = path.slice(0, -1).reduce<unknown>((found, key) => (typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[key] : undefined), root)
  if (typeof holder === 'object' && holder !== null) (holder as Record<string, unknown>)[path.at(-1)!] = value
}
