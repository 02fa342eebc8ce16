/** Exports of other builders as tests need them: in their shapes, with words and work of our own. */
type Any = Record<string, unknown>

const n8nNode = (name: string, type: string, position: [number, number], parameters: Any = {}, more: Any = {}): Any => ({ id: `id-${name}`, name, type, typeVersion: 1, position, parameters, ...more })
const wire = (...targets: string[]) => targets.map((node) => ({ node, type: 'main', index: 0 }))

/** A question is asked of a model, the answer goes one of two ways, the pages behind it are fetched one by one. */
export const N8N_FILE: Any = {
  name: 'Answer the mail',
  nodes: [
    n8nNode('When asked', '@n8n/n8n-nodes-langchain.chatTrigger', [0, 0], { options: {} }),
    n8nNode('Each morning', 'n8n-nodes-base.scheduleTrigger', [0, 200], { rule: { interval: [{ field: 'weeks', triggerAtDay: [1, 5], triggerAtHour: 8, triggerAtMinute: 30 }] } }, { typeVersion: 1.2 }),
    n8nNode('AI Agent', '@n8n/n8n-nodes-langchain.agent', [220, 0], { promptType: 'define', text: '=Answer {{ $json.chatInput }} in {{ $json.words || 50 }} words', options: { systemMessage: 'You write letters with {{ care }}.' } }, { typeVersion: 1.7, retryOnFail: true, maxTries: 4 }),
    n8nNode('Model', '@n8n/n8n-nodes-langchain.lmChatOpenAi', [220, 200], { model: { __rl: true, value: 'gpt-4o-mini', mode: 'list' }, options: { temperature: 0.2, maxTokens: 300 } }, { credentials: { openAiApi: { id: '1', name: 'Key' } } }),
    n8nNode('Memory', '@n8n/n8n-nodes-langchain.memoryBufferWindow', [300, 200]),
    n8nNode('Search', '@n8n/n8n-nodes-langchain.toolSerpApi', [380, 200]),
    n8nNode('Is it long?', 'n8n-nodes-base.if', [440, 0], { conditions: { combinator: 'and', conditions: [
      { leftValue: '={{ $json.output }}', rightValue: 'Dear', operator: { type: 'string', operation: 'contains' } },
      { leftValue: '={{ $json.output.length }}', rightValue: 5, operator: { type: 'number', operation: 'gt' } },
    ] } }, { typeVersion: 2 }),
    n8nNode('Shape', 'n8n-nodes-base.set', [660, -100], { assignments: { assignments: [
      { id: 'a', name: 'letter', type: 'string', value: '={{ $json.output }}' }, { id: 'b', name: 'asked', type: 'string', value: "={{ $('When asked').item.json.chatInput }}" }, { id: 'c', name: 'rank', type: 'number', value: 3 }, { id: 'd', name: 'when', type: 'string', value: '={{ $now.toISO() }}' },
    ] } }, { typeVersion: 3.4 }),
    n8nNode('Send', 'n8n-nodes-base.httpRequest', [880, -100], { method: 'POST', url: '=https://mail.example/{{ $json.rank }}', sendBody: true, bodyParameters: { parameters: [{ name: 'text', value: '={{ $json.letter }}' }, { name: 'kind', value: 'letter' }] }, sendQuery: true, queryParameters: { parameters: [{ name: 'to', value: '={{ $json.asked }}' }] }, authentication: 'predefinedCredentialType', nodeCredentialType: 'mailApi' }, { typeVersion: 4.2, onError: 'continueErrorOutput' }),
    n8nNode('Tell Slack', 'n8n-nodes-base.slack', [880, 100], { channel: '#mail', text: '={{ $json.output }}' }),
    n8nNode('Rework', 'n8n-nodes-base.code', [1_100, 100], { jsCode: 'return items.map(i => i)' }, { typeVersion: 2 }),
    n8nNode('Sticky', 'n8n-nodes-base.stickyNote', [0, -200], { content: '## Mail', width: 300, height: 80 }),
  ],
  connections: {
    'When asked': { main: [wire('AI Agent')] }, 'Each morning': { main: [wire('AI Agent')] },
    Model: { ai_languageModel: [[{ node: 'AI Agent', type: 'ai_languageModel', index: 0 }]] }, Memory: { ai_memory: [[{ node: 'AI Agent', type: 'ai_memory', index: 0 }]] }, Search: { ai_tool: [[{ node: 'AI Agent', type: 'ai_tool', index: 0 }]] },
    'AI Agent': { main: [wire('Is it long?')] }, 'Is it long?': { main: [wire('Shape'), wire('Tell Slack')] }, Shape: { main: [wire('Send')] }, Send: { main: [[], wire('Tell Slack')] }, 'Tell Slack': { main: [wire('Rework')] },
  },
  settings: { executionOrder: 'v1' },
}

/** A list is worked through one by one, then cases part. */
export const N8N_LOOP: Any = {
  name: 'Rate pages',
  nodes: [
    n8nNode('Webhook', 'n8n-nodes-base.webhook', [0, 0], { path: 'rate', httpMethod: 'POST' }, { typeVersion: 2 }),
    n8nNode('Split', 'n8n-nodes-base.splitOut', [200, 0], { fieldToSplitOut: 'body.pages' }),
    n8nNode('Loop Over Items', 'n8n-nodes-base.splitInBatches', [400, 0], { options: {} }, { typeVersion: 3 }),
    n8nNode('Rate', '@n8n/n8n-nodes-langchain.chainLlm', [600, 100], { promptType: 'define', text: '=Rate {{ $json.title }} for {{ $("Webhook").item.json.body.reader }}' }, { typeVersion: 1.5 }),
    n8nNode('Switch', 'n8n-nodes-base.switch', [600, -100], { rules: { values: [
      { outputKey: 'many', conditions: { combinator: 'and', conditions: [{ leftValue: '={{ $("Webhook").item.json.body.pages.length }}', rightValue: 10, operator: { type: 'number', operation: 'gte' } }] } },
      { outputKey: 'one', conditions: { combinator: 'or', conditions: [{ leftValue: '={{ $("Webhook").item.json.body.reader }}', rightValue: 'Mina', operator: { type: 'string', operation: 'equals' } }] } },
    ] } }, { typeVersion: 3 }),
    n8nNode('Answer', 'n8n-nodes-base.respondToWebhook', [800, -100], { respondWith: 'json', responseBody: '={ "ratings": {{ JSON.stringify($("Loop Over Items").first().json) }} }' }),
  ],
  connections: {
    Webhook: { main: [wire('Split')] }, Split: { main: [wire('Loop Over Items')] }, 'Loop Over Items': { main: [wire('Switch'), wire('Rate')] }, Rate: { main: [wire('Loop Over Items')] }, Switch: { main: [wire('Answer'), wire('Answer')] },
  },
}

/** An app of Dify as its YAML says it. */
export const DIFY_FILE = `app:
  name: Review a text
  description: Reads a text and says what to do with it
  mode: workflow
kind: app
version: 0.3.1
workflow:
  environment_variables:
    - { name: API_KEY, value: '', value_type: secret }
  conversation_variables: []
  graph:
    nodes:
      - id: '100'
        type: custom
        position: { x: 0, y: 0 }
        data: { type: start, title: Begin, variables: [ { variable: text, label: Text, type: paragraph, required: true }, { variable: rank, label: Rank, type: number, required: true }, { variable: kind, type: select, options: [mail, note], required: false } ] }
      - id: '101'
        type: custom
        position: { x: 300, y: 0 }
        data:
          type: llm
          title: 요약
          model: { provider: openai, name: gpt-4o, mode: chat, completion_params: { temperature: 0.3, max_tokens: 500 } }
          prompt_template:
            - { role: system, text: 'You shorten texts of kind {{#100.kind#}}.' }
            - { role: user, text: 'Shorten: {{#100.text#}} with {{#env.API_KEY#}}' }
      - id: '102'
        type: custom
        position: { x: 600, y: 0 }
        data:
          type: if-else
          title: Important?
          cases:
            - { case_id: 'true', logical_operator: and, conditions: [ { variable_selector: ['100', rank], comparison_operator: '≥', value: '7', varType: number }, { variable_selector: ['101', text], comparison_operator: not empty, value: '', varType: string } ] }
            - { case_id: second, logical_operator: or, conditions: [ { variable_selector: ['100', text], comparison_operator: contains, value: urgent, varType: string } ] }
      - id: '103'
        type: custom
        position: { x: 900, y: 0 }
        data:
          type: code
          title: Count words
          code_language: python3
          code: "def main(words: str) -> dict:\\n    return {'parts': words.split()}\\n"
          variables: [ { variable: words, value_selector: ['101', text] } ]
          outputs: { parts: { type: 'array[string]' } }
      - id: '104'
        type: custom
        position: { x: 1200, y: 0 }
        data: { type: iteration, title: Each word, iterator_selector: ['103', parts], output_selector: ['106', output], is_parallel: true, parallel_nums: 4, start_node_id: 104start }
      - id: 104start
        type: custom-iteration-start
        parentId: '104'
        position: { x: 20, y: 60 }
        data: { type: iteration-start, title: '' }
      - id: '106'
        type: custom
        parentId: '104'
        position: { x: 120, y: 60 }
        data: { type: template-transform, title: Say, template: 'word {{ word }} of {{ kind }}', variables: [ { variable: word, value_selector: ['104', item] }, { variable: kind, value_selector: ['100', kind] } ] }
      - id: '107'
        type: custom
        position: { x: 900, y: 200 }
        data: { type: http-request, title: Look up, method: get, url: 'https://example.com/{{#100.rank#}}', params: "q:{{#100.text#}}\\nsize:10", headers: 'accept:application/json', authorization: { type: api-key, config: { type: bearer, api_key: secret } }, body: { type: none, data: '' } }
      - id: '108'
        type: custom
        position: { x: 900, y: 400 }
        data: { type: knowledge-retrieval, title: Books, query_variable_selector: ['100', text], dataset_ids: [d1] }
      - id: '109'
        type: custom
        position: { x: 1500, y: 0 }
        data: { type: variable-aggregator, title: Either, output_type: string, variables: [ ['104', output], ['107', body], ['108', result] ] }
      - id: '110'
        type: custom
        position: { x: 1800, y: 0 }
        data: { type: end, title: End, outputs: [ { variable: result, value_selector: ['109', output] } ] }
      - id: '111'
        type: custom-note
        position: { x: 0, y: 300 }
        data: { type: '', title: '', width: 240, height: 88, text: '{"root":{"type":"root","children":[{"type":"paragraph","children":[{"type":"text","text":"Only for short texts"}]}]}}' }
    edges:
      - { id: a, source: '100', sourceHandle: source, target: '101', targetHandle: target }
      - { id: b, source: '101', sourceHandle: source, target: '102', targetHandle: target }
      - { id: c, source: '102', sourceHandle: 'true', target: '103', targetHandle: target }
      - { id: d, source: '102', sourceHandle: second, target: '107', targetHandle: target }
      - { id: e, source: '102', sourceHandle: 'false', target: '108', targetHandle: target }
      - { id: f, source: '103', sourceHandle: source, target: '104', targetHandle: target }
      - { id: g, source: 104start, sourceHandle: source, target: '106', targetHandle: target }
      - { id: h, source: '104', sourceHandle: source, target: '109', targetHandle: target }
      - { id: i, source: '107', sourceHandle: source, target: '109', targetHandle: target }
      - { id: j, source: '108', sourceHandle: source, target: '109', targetHandle: target }
      - { id: k, source: '109', sourceHandle: source, target: '110', targetHandle: target }
`

const flow = (id: string, name: string, label: string, x: number, inputs: Any, more: Any = {}): Any => ({ id, type: 'agentFlow', position: { x, y: 0 }, data: { id, name, label, inputs, version: 1 }, ...more })
const link = (source: string, target: string, output: string = source.replace(/_\d+$/, '')): Any => ({ id: `${source}-${output}-${target}`, source, target, sourceHandle: `${source}-output-${output}`, targetHandle: target, type: 'agentFlow' })
const variable = (name: string) => `<span class="variable" data-type="mention">{{ ${name} }}</span>`

/** A plan is made, a person looks at it, its parts are worked through. */
export const FLOWISE_FILE: Any = {
  description: 'Plans and asks before it works',
  nodes: [
    flow('startAgentflow_0', 'startAgentflow', 'Start', 0, { startInputType: 'chatInput', startState: [{ key: 'plan', value: '' }] }),
    flow('llmAgentflow_0', 'llmAgentflow', 'Planner', 150, { llmModel: 'chatOpenAI', llmModelConfig: { modelName: 'gpt-4o', temperature: 0.5 }, llmEnableMemory: true, llmMessages: [{ role: 'system', content: '<p>You plan &amp; explain.</p>' }], llmUserMessage: `<p>Plan for ${variable('question')}</p>`, llmStructuredOutput: [{ key: 'tasks', type: 'stringArray', description: 'What is to do' }], llmUpdateState: [{ key: 'plan', value: `<p>${variable('output')}</p>` }] }),
    flow('humanInputAgentflow_0', 'humanInputAgentflow', 'Look at it', 300, { humanInputDescriptionType: 'fixed', humanInputDescription: `<p>Go on with ${variable('llmAgentflow_0')}?</p>` }),
    flow('iterationAgentflow_0', 'iterationAgentflow', 'Each task', 450, { iterationInput: `<p>${variable('llmAgentflow_0.output.tasks')}</p>` }, { type: 'iteration' }),
    flow('agentAgentflow_0', 'agentAgentflow', 'Worker', 50, { agentMessages: [{ role: 'system', content: 'You work.' }], agentUserMessage: `<p>Do ${variable('$iteration')} for ${variable('question')}</p>`, agentTools: [{ agentSelectedTool: 'calculator' }] }, { parentNode: 'iterationAgentflow_0' }),
    flow('conditionAgentflow_0', 'conditionAgentflow', 'Enough?', 600, { conditions: [{ type: 'string', value1: `<p>${variable('iterationAgentflow_0')}</p>`, operation: 'notEmpty', value2: '' }] }),
    flow('directReplyAgentflow_0', 'directReplyAgentflow', 'Say it', 750, { directReplyMessage: `<p>Done: ${variable('iterationAgentflow_0')}, by ${variable('$flow.state.plan')}</p>` }),
    flow('customFunctionAgentflow_0', 'customFunctionAgentflow', 'Fix', 750, { customFunctionJavascriptFunction: 'return 1' }),
    flow('loopAgentflow_0', 'loopAgentflow', 'Again', 300, { loopBackToNode: 'llmAgentflow_0-Planner', maxLoopCount: 5 }),
    flow('stickyNoteAgentflow_0', 'stickyNoteAgentflow', 'Note', 0, { note: 'Ask first' }),
  ],
  edges: [
    link('startAgentflow_0', 'llmAgentflow_0'), link('llmAgentflow_0', 'humanInputAgentflow_0'), link('humanInputAgentflow_0', 'iterationAgentflow_0', '0'), link('humanInputAgentflow_0', 'loopAgentflow_0', '1'),
    link('iterationAgentflow_0', 'conditionAgentflow_0'), link('conditionAgentflow_0', 'directReplyAgentflow_0', '0'), link('conditionAgentflow_0', 'customFunctionAgentflow_0', '1'),
  ],
}

const part = (id: string, name: string, category: string, label: string, x: number, inputs: Any): Any => ({ id, type: 'customNode', position: { x, y: 0 }, data: { id, name, category, label, inputs, outputs: {} } })
const into = (source: string, target: string): Any => ({ source, target, sourceHandle: `${source}-output-x`, targetHandle: `${target}-input-x`, type: 'buttonedge', id: `${source}-${target}` })

/** Two chains, the words of the first in the prompt of the second. */
export const FLOWISE_CHATFLOW: Any = {
  nodes: [
    part('chatOpenAI_0', 'chatOpenAI', 'Chat Models', 'ChatOpenAI', 0, { modelName: 'gpt-4o-mini', temperature: '0.9' }),
    part('promptTemplate_0', 'promptTemplate', 'Prompts', 'Prompt', 0, { template: 'Name a {thing} in {{braces}}', promptValues: '{"thing":"{{question}}"}' }),
    part('llmChain_0', 'llmChain', 'Chains', 'Namer', 400, { model: '{{chatOpenAI_0.data.instance}}', prompt: '{{promptTemplate_0.data.instance}}' }),
    part('chatPromptTemplate_0', 'chatPromptTemplate', 'Prompts', 'Chat prompt', 500, { systemMessagePrompt: 'You judge names.', humanMessagePrompt: 'Judge {name}', promptValues: '{"name":"{{llmChain_0.data.instance}}"}' }),
    part('llmChain_1', 'llmChain', 'Chains', 'Judge', 900, { model: '{{chatOpenAI_0.data.instance}}', prompt: '{{chatPromptTemplate_0.data.instance}}' }),
    part('bufferMemory_0', 'bufferMemory', 'Memory', 'Buffer', 900, {}),
    part('pinecone_0', 'pinecone', 'Vector Stores', 'Pinecone', 0, { pineconeIndex: 'books' }),
  ],
  edges: [into('chatOpenAI_0', 'llmChain_0'), into('promptTemplate_0', 'llmChain_0'), into('llmChain_0', 'chatPromptTemplate_0'), into('chatPromptTemplate_0', 'llmChain_1'), into('chatOpenAI_0', 'llmChain_1'), into('bufferMemory_0', 'llmChain_1')],
}
