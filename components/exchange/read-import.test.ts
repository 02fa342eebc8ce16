import { expect, test } from 'vitest'
import { documentOf } from '@/domain/exchange/workflow-document'
import { fourAgents } from '@/domain/template/four-agents'
import { writeWorkflowText } from '@/wire/workflow-text'
import { DIFY_FILE, FLOWISE_FILE, N8N_FILE } from '@/domain/exchange/foreign-files.suite'
import { readImport } from './read-import'

test.each(['json', 'yaml'] as const)('a file of %s is known by what is in it, whatever it is called', async (format) => {
  const document = documentOf(fourAgents)
  expect(await readImport(await writeWorkflowText(document, format), 'notes.txt')).toEqual({ ok: true, document })
})

test.each([['my flow.heddle.yaml', 'my flow'], ['graph.JSON', 'graph'], ['notes.txt', 'notes.txt']])('a graph alone in %s is called %s', async (file, name) => {
  expect(await readImport(JSON.stringify(fourAgents.graph), file)).toMatchObject({ ok: true, document: { name } })
})

test.each([['n8n', JSON.stringify(N8N_FILE), 'Answer the mail'], ['Dify', DIFY_FILE, 'Review a text'], ['Flowise', JSON.stringify(FLOWISE_FILE), 'flow']])('a file of %s is known by its content', async (builder, text, name) => {
  expect(await readImport(text, 'flow.json')).toMatchObject({ ok: true, document: { name }, from: { builder } })
})

test.each([
  ['kind: app\napp: { mode: chat }\nmodel_config: {}\n', { kind: 'no-graph', builder: 'Dify', detail: 'chat' }],
  ['Once upon a time', { kind: 'unknown' }],
  ['[]', { kind: 'unknown' }],
  ['{"heddle": 1, ', { kind: 'syntax', line: 1 }],
  ['heddle: 7\n', { kind: 'newer', version: 7 }],
])('%j is refused', async (text, fault) => expect(await readImport(text, 'x.json')).toMatchObject({ ok: false, fault }))
