import { expect, test } from 'vitest'
import { Tool } from '@/domain/graph/agent-tools'
import type { AttemptDeps } from '@/server/engine/attempt/prepared'
import { callTool } from '@/server/engine/attempt/call-tool'
import { createManualClock } from '@/server/adapters/memory/manual-clock'
import type { HttpClient } from '@/server/ports/http-client'
import type { LogEntry } from '@/server/ports/log-store'
import { localActor } from './actor'
import { tryTool } from './try-tool'

type Sent = Parameters<HttpClient['send']>[0]
const SEARCH = Tool.parse({ name: 'search', parameters: { type: 'object', properties: { what: { type: 'string' } }, required: ['what'] }, run: { kind: 'http', url: 'https://find.example/{{ input.what }}', headers: { authorization: 'Bearer s3cret' } } })

function setUp() {
  const clock = createManualClock()
  const lines: LogEntry[] = []
  const sent: Sent[] = []
  const deps = {
    clock,
    templates: { render: (text: string, scope: { input: { what: string } }) => Promise.resolve(text.replace('{{ input.what }}', scope.input.what)), evaluate: () => Promise.reject(new Error('none')) },
    http: { send: (request: Sent) => (sent.push(request), clock.advance(40), Promise.resolve({ status: 200, headers: {}, body: { found: 3 } })) },
  } as unknown as AttemptDeps & { clock: typeof clock }
  const attempt = tryTool({ clock, logger: (line) => void lines.push(line), callTool: (tool, args, signal) => callTool(deps, tool, args, { id: 'ask_1', signal }) })
  return { attempt, lines, sent }
}

test('a tool is called as an agent would have it called, and the log says by whom', async () => {
  const { attempt, lines, sent } = setUp()
  expect(await attempt(localActor, SEARCH, { what: 'wool & silk' })).toMatchObject({ durationMs: 40, output: { status: 200, body: { found: 3 } } })
  expect(sent).toMatchObject([{ method: 'GET', url: 'https://find.example/wool%20%26%20silk', headers: { authorization: 'Bearer s3cret' } }])
  expect(lines).toMatchObject([{ category: 'security', message: 'Tool "search" was tried by local: completed' }])
  expect(JSON.stringify(lines)).not.toMatch(/s3cret|wool/)
})

test.each([
  ['arguments that do not fit', SEARCH, { what: 3 }, 'TOOL_CALL_REFUSED'],
  ['a way out of the address', SEARCH, { what: '..' }, 'TOOL_CALL_REFUSED'],
  ['a tool that nobody carries out here', Tool.parse({ name: 'ask' }), {}, 'TOOL_NOT_TRIED'],
  ['a tool that runs a workflow', Tool.parse({ name: 'run', run: { kind: 'subworkflow', workflowId: 'wf' } }), {}, 'TOOL_NOT_TRIED'],
])('%s: nothing is sent, and why is told', async (_, tool, args, code) => {
  const { attempt, lines, sent } = setUp()
  expect(await attempt(localActor, tool, args)).toMatchObject({ error: { code, message: expect.any(String) as string, hint: expect.any(String) as string } })
  expect([sent.length, lines.length]).toEqual([0, 1])
})
