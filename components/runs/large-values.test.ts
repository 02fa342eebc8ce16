import { afterEach, expect, test, vi } from 'vitest'
import { Graph } from '@/domain/graph/graph'
import { LARGE_BYTES, LargeValue } from '@/domain/run/large-value'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunEvent, RunFact } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import { runBody } from '@/wire/run-body'
import { draftOf, outputText, wantedOf } from './branch-draft'
import { prepareBranches } from './branch-figures'
import { shownOutput } from './output-text'
import { nodeText, textOfStep } from './run-figures'
import { valueOptions } from './run-queries'

const large = (hash: string) => new LargeValue({ hash, bytes: 70_000, preview: '{"text":"The beginning' })
const { nodes: [agent], ...rest } = Graph.parse({ nodes: [{ id: 'a', type: 'agent', name: 'A', position: { x: 0, y: 0 }, config: { prompt: 'x' } }], edges: [] })
const graph = { ...rest, nodes: [agent!] }

function runWith(output: unknown) {
  const facts = [{ type: 'run.started' }, { type: 'step.started', nodeId: 'a', attempt: 1 }, { type: 'step.completed', nodeId: 'a', attempt: 1, output }] as RunFact[]
  return foldRun(emptyRun, facts.map((fact, index): RunEvent => ({ ...fact, seq: index + 1, recordedAt: index })))
}

afterEach(() => vi.unstubAllGlobals())

test('a node shows the beginning of a value that is not here, and no text that it would have to read', () => {
  const step = runWith(large('h')).steps.a!
  expect(nodeText(step)).toBe('{"text":"The beginning')
  expect(textOfStep(step)).toBe('')
  expect(shownOutput(large('h'))).toBe('{"text":"The beginning…')
})

test('a fork that edits an output cannot start before that is loaded; one that edits something else can', () => {
  const draft = draftOf(agent!, large('h'))
  expect(wantedOf(agent!, { ...draft, edit: 'output' })).toBeUndefined()
  expect(wantedOf(agent!, draft)).toEqual({ fromNode: 'a' })
  const value = { text: 'x'.repeat(LARGE_BYTES) }
  expect(wantedOf(agent!, { ...draft, edit: 'output', output: outputText(value) })).toEqual({ fromNode: 'a', overrides: { a: { output: value } } })
})

test('branches are told apart by the hashes of what is not here', () => {
  const branch = (output: unknown) => ({ run: runBody('run_x', runWith(output)), graph })
  expect(prepareBranches(branch(large('h')), [branch(large('h'))], []).rows).toEqual([])
  expect(prepareBranches(branch(large('h')), [branch(large('i')), branch('short')], []).rows).toEqual([{ nodeId: 'a', name: 'A', outputs: [large('h'), large('i'), 'short'] }])
  // What a person gave is a value, whatever it looks like.
  expect(prepareBranches(branch(large('h')), [branch({ ...large('h') })], []).rows).toHaveLength(1)
})

test('a value is asked for once, by run and hash, and what the server refuses is told', async () => {
  const asked: string[] = []
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path)
    return Promise.resolve(asked.length === 1 ? Response.json({ whole: true }) : Response.json({ code: 'UNKNOWN_VALUE', title: 'Gone', status: 404, detail: 'Gone', hint: 'Look.' }, { status: 404, headers: { 'content-type': 'application/problem+json' } }))
  })
  const { queryFn, queryKey, staleTime } = valueOptions('run_a', 'abc')
  const { signal } = new AbortController()
  expect(await queryFn({ signal })).toEqual({ whole: true })
  await expect(queryFn({ signal })).rejects.toMatchObject({ code: 'UNKNOWN_VALUE' })
  expect(asked).toEqual(['/api/runs/run_a/values/abc', '/api/runs/run_a/values/abc'])
  expect([queryKey, staleTime]).toEqual([['runs', 'detail', 'run_a', 'value', 'abc'], Infinity])
})
