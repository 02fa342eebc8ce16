import { expect, test } from 'vitest'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunFact } from '@/domain/run/run-event'
import { compileGraph } from '@/domain/run/run-graph'
import { emptyRun } from '@/domain/run/run-state'
import type { WarmUp } from '@/server/ports/model-gateway'
import { graphOf } from '../engine-world.suite'
import { warmNext } from './warm-next'

const long = 'You write for people who have little time. '.repeat(40)
const graph = compileGraph(graphOf({
  in: ['input'], fetch: ['http', { url: 'http://x' }], pick: ['transform', { expression: 'steps.fetch.output' }],
  write: ['agent', { system: long, prompt: 'About {{ input.topic }}: {{ steps.fetch.output.body }}', tools: [{ name: 't' }], model: 'big' }], after: ['agent', { system: long, prompt: 'Then' }],
}, 'in -> fetch', 'fetch -> pick', 'pick -> write', 'write -> after'))

async function asked(facts: RunFact[], key = 'fetch', warm?: (prefix: WarmUp) => Promise<boolean>) {
  const prefixes: WarmUp[] = []
  const run = foldRun(emptyRun, [{ type: 'run.queued', workflowId: 'w', workflowName: 'W', version: 1, graphHash: 'h', input: { topic: 'tea' }, priority: 5 } as RunFact, ...facts].map((fact, at) => ({ ...fact, seq: at + 1, recordedAt: 0 })))
  await warmNext({ templates: { render: (template, scope) => (template.includes('broken') ? Promise.reject(new Error('broken')) : Promise.resolve(template.replaceAll('{{ input.topic }}', (scope.input as { topic: string }).topic))), evaluate: () => Promise.resolve(null) }, warm: warm ?? ((prefix) => (prefixes.push(prefix), Promise.resolve(true))) }, run, graph, { runId: 'run_1', key, signal: new AbortController().signal })
  return prefixes
}

test('the next agent, behind nodes that take no time, with what is known of its prompt', async () => {
  const [prefix, ...others] = await asked([])
  expect(others).toEqual([])
  expect(prefix).toMatchObject({ runId: 'run_1', nodeId: 'write', model: 'big', tools: [{ name: 't' }] })
  expect(prefix!.messages).toEqual([{ role: 'system', content: `Shared context of this run:\n{\n  "topic": "tea"\n}\n\n${long}` }, { role: 'user', content: 'About tea: ' }])
})

test('an agent that has begun is asked for no more, and a short prompt is not worth it', async () => {
  expect(await asked([{ type: 'step.scheduled', nodeId: 'write' }, { type: 'step.started', nodeId: 'write', attempt: 1 }])).toEqual([])
  const short = compileGraph(graphOf({ fetch: ['http', { url: 'http://x' }], write: ['agent', { prompt: 'Hi' }] }, 'fetch -> write'))
  const warmed: WarmUp[] = []
  await warmNext({ templates: { render: (template) => Promise.resolve(template), evaluate: () => Promise.resolve(null) }, warm: (prefix) => (warmed.push(prefix), Promise.resolve(true)) }, emptyRun, short, { runId: 'r', key: 'fetch', signal: new AbortController().signal })
  expect(warmed).toEqual([])
})

test('whatever goes wrong with it stays with it', async () => {
  await expect(asked([], 'fetch', () => Promise.reject(new Error('no')))).resolves.toEqual([])
  await expect(asked([], 'nowhere')).resolves.toEqual([])
})
