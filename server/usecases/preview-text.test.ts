import { expect, test, vi } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import type { LastResult } from '@/domain/run/last-results'
import type { Templates } from '@/server/ports/templates'
import { createMemoryWorkflowStore } from '../adapters/memory/memory-workflow-store'
import { createTemplates } from '../adapters/templates/create-templates'
import { localActor as me } from './actor'
import { previewText } from './preview-text'

const node = (id: string, config: object = {}) => ({ id, type: 'transform', name: id, position: { x: 0, y: 0 }, config: { expression: '1', ...config } })
const result = (output: LastResult['output'], more: Partial<LastResult> = {}): LastResult => ({ runId: 'run_1', at: 0, status: 'completed', configPrint: '', wires: [], took: {}, output, outputPrint: 'x', ...more }) as LastResult

async function setUp(templates: Templates = createTemplates()) {
  const workflows = createMemoryWorkflowStore()
  await workflows.create({ id: 'wf_1', name: 'Nightly', description: '', graph: Graph.parse({ nodes: [node('ran'), node('pinned', { pinnedOutput: { n: 7 } }), node('left')], edges: [] }), now: 0 })
  const results = { collect: async () => ({ results: { ran: result({ text: 'tea' }), pinned: result('old'), left: result(undefined, { status: 'skipped', outputPrint: undefined }) }, figures: {}, input: { topic: 'rivers' } }), ofWorkflow: vi.fn() }
  return previewText({ workflows, results: results as never, templates })
}

test('a text is worked out on the last outputs, and on pinned ones before them', async () => {
  const preview = await setUp()
  expect(await preview(me, { workflowId: 'wf_1', language: 'liquid', text: '{{ input.topic }}: {{ steps.ran.output.text }} {{ steps.pinned.output.n }} {{ run.workflow }}' })).toEqual({ ok: true, value: 'rivers: tea 7 Nightly' })
  expect(await preview(me, { workflowId: 'wf_1', language: 'cel', text: 'steps.pinned.output.n + 1' })).toEqual({ ok: true, value: 8 })
  expect(await preview(me, { workflowId: 'wf_1', language: 'either', text: '{{ steps.pinned.output.n }}' })).toEqual({ ok: true, value: '7' })
  expect(await preview(me, { workflowId: 'wf_1', language: 'either', text: '[input.topic]' })).toEqual({ ok: true, value: ['rivers'] })
})

test('a fault is an answer, with its place', async () => {
  const preview = await setUp()
  expect(await preview(me, { workflowId: 'wf_1', language: 'liquid', text: 'a\n{{ steps.left.output }}' })).toMatchObject({ ok: false, fault: { code: 'NO_VALUE', params: { name: 'steps.left' }, line: 2 }, message: expect.stringContaining('undefined variable') as string })
  expect(await preview(me, { workflowId: 'wf_1', language: 'cel', text: 'process.env' })).toMatchObject({ ok: false, message: expect.stringContaining('Unknown variable') as string })
  await expect(preview(me, { workflowId: 'wf_2', language: 'cel', text: '1' })).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' })
})
