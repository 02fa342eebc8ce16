import { expect, test } from 'vitest'
import { GraphNode } from '@/domain/graph/graph'
import { parseConfig } from '@/domain/graph/node-types'
import type { StepScope } from '@/domain/run/scope'
import { spanIdOf, traceparentOf } from '@/server/ports/trace-context'
import { prepareHttp } from './prepare-http'
import type { AttemptDeps, AttemptOf } from './prepared'

async function sentHeaders(given: Record<string, string>, traced: boolean): Promise<Record<string, string>> {
  let sent: Record<string, string> = {}
  const deps = {
    clock: { now: () => 0 }, templates: { render: async (text: string) => text },
    http: { send: async ({ headers }: { headers: Record<string, string> }) => ((sent = headers), { status: 200, headers: {}, body: null }) },
    ...(traced && { traceContext: { traceparent: (of: AttemptOf) => traceparentOf(of, true) } }),
  } as unknown as Parameters<typeof prepareHttp>[0] & AttemptDeps
  const { node } = parseConfig(GraphNode.parse({ id: 'call', type: 'http', name: 'Call', position: { x: 0, y: 0 }, config: { method: 'GET', url: 'https://x.test', headers: given } })) as { node: Parameters<typeof prepareHttp>[1] }
  const of = { runId: 'run_1', key: 'call', attempt: 2 } as AttemptOf
  const prepared = await prepareHttp(deps, node, {} as StepScope, of)
  await prepared.run!(new AbortController().signal, () => undefined)
  return sent
}

test('a call carries the trace context of its attempt, where there is one; one that the node names itself stays', async () => {
  expect(await sentHeaders({ 'x-a': '1' }, true)).toEqual({ 'traceparent': traceparentOf({ runId: 'run_1', key: 'call', attempt: 2 }, true), 'x-a': '1' })
  expect(traceparentOf({ runId: 'run_1', key: 'call', attempt: 2, trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true } }, true)).toBe(`00-${'a'.repeat(32)}-${spanIdOf('run_1', 'call', 2)}-01`)
  expect(await sentHeaders({ traceparent: 'mine' }, true)).toEqual({ traceparent: 'mine' })
  expect(await sentHeaders({ 'x-a': '1' }, false)).toEqual({ 'x-a': '1' })
})
