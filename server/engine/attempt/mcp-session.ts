/**
 * Calls of MCP servers, over streamable HTTP and by the guarded client: what HTTP steps may not reach, this may not.
 * M1. A session is opened for the call and closed after it, however it ends.
 * M2. Of answers that come as an event stream the one to our request counts; what else a server sends is left alone.
 * M3. The call carries its span in `_meta`, as MCP reserves it, since one HTTP request may carry several messages; the requests carry it too.
 * @see https://modelcontextprotocol.io/specification/2025-06-18/basic/transports
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp/#context-propagation
 */
import { z } from 'zod'
import { AppError } from '@/domain/error'
import type { Json } from '@/domain/json'
import { likest, namesIn } from '@/domain/likest'
import { retryAfterMs } from '@/domain/run/retry-after'
import type { Clock } from '@/server/ports/clock'
import type { HttpClient } from '@/server/ports/http-client'
import type { McpTool } from '@/server/ports/mcp-tools'

const PROTOCOL = '2025-06-18'

/** The server cannot be spoken with, or refused the call. */
export class McpFailed extends AppError {
  readonly code = 'MCP_FAILED'
  readonly hint = 'Is the address that of an MCP server over streamable HTTP, and are its headers right?'
  constructor(url: string, detail: string, override readonly retryable: boolean, /** Where it said how long to stay away. */ readonly retryAfterMs?: number) {
    super(`${url}: ${detail.slice(0, 500)}`)
  }
}

/** The tool was called, and says itself that it failed. */
export class McpToolFailed extends AppError {
  readonly code = 'MCP_TOOL_FAILED'
  readonly hint = 'Look at what the tool says, and at the arguments it was given.'
  constructor(tool: string, text: string) {
    super(`${tool} failed: ${text.slice(0, 1_000)}`)
  }
}

/** The server has no such tool. */
export class McpToolUnknown extends AppError {
  readonly code = 'MCP_TOOL_UNKNOWN'
  readonly hint: string
  constructor(tool: string, there: readonly string[]) {
    super(`The server has no tool ${tool}`)
    this.hint = there.length === 0 ? 'The server lists no tools: is it the right one?' : `It has ${namesIn(likest(tool, there), there.length)}. Choose one of them in the settings of the node.`
  }
}

const Content = z.looseObject({ type: z.string(), text: z.string().optional() })
const ToolResult = z.looseObject({ content: z.array(Content).default([]), structuredContent: z.record(z.string(), z.json()).optional(), isError: z.boolean().default(false) })
const Answer = z.object({ id: z.union([z.number(), z.string(), z.null()]).optional(), result: z.json().optional(), error: z.object({ code: z.number(), message: z.string() }).optional() })
const Initialized = z.looseObject({ protocolVersion: z.string() })

const ToolList = z.looseObject({ tools: z.array(z.looseObject({ name: z.string(), description: z.string().optional(), inputSchema: z.record(z.string(), z.json()).default({ type: 'object' }) })).max(1_000), nextCursor: z.string().optional() })
const MOST_PAGES = 10

type Server = { url: string; headers: Record<string, string>; /** The same for every attempt. */ idempotencyKey: string; /** The span of the call. */ traceparent?: string | undefined }
export type McpCall = Server & { tool: string; args: Record<string, Json> }
type Request = (method: string, params: Json, key: string) => Promise<Json>
type Deps = { http: HttpClient; clock: Pick<Clock, 'now'> }
type Reply = Awaited<ReturnType<HttpClient['send']>>

/**
 * @returns what the tool gave: its texts joined, its contents, and its value where it gives one
 * @throws {McpFailed} {McpToolFailed} {McpToolUnknown}, and whatever the guarded client throws
 */
export function callMcpTool(deps: Deps, { tool, args, ...server }: McpCall, signal: AbortSignal): Promise<{ text: string; content: Json; structured?: Json }> {
  const { url, idempotencyKey, traceparent } = server
  return inSession(deps, server, signal, async (request) => {
    const params = { name: tool, arguments: args, _meta: { 'heddle/idempotencyKey': idempotencyKey, ...(traceparent !== undefined && { traceparent }) } }
    const called = ToolResult.safeParse(await request('tools/call', params, idempotencyKey).catch(async (error: unknown) => {
      if (error instanceof McpFailed && !error.retryable) await refuseUnknown(request, server, tool)
      throw error
    }))
    if (!called.success) throw new McpFailed(url, 'the result of the tool is not as MCP has it', false)
    const { content, structuredContent, isError } = called.data
    const text = content.flatMap((part) => part.text ?? []).join('\n')
    if (isError) {
      if (NOT_THERE.test(text)) await refuseUnknown(request, server, tool)
      throw new McpToolFailed(tool, text)
    }
    return { text, content: content as Json, ...(structuredContent && { structured: structuredContent }) }
  })
}

/** How servers say so that answer a call of no tool as if the tool had failed. */
const NOT_THERE = /not found|unknown|no such|not exist/i

/** Whoever misspelt a name wants to know what there is. @throws {McpToolUnknown}; a server that cannot be asked is left alone */
async function refuseUnknown(request: Request, server: Pick<Server, 'url' | 'idempotencyKey'>, tool: string): Promise<void> {
  const tools = await toolsOf(request, server).catch(() => undefined)
  if (tools && !tools.some(({ name }) => name === tool)) throw new McpToolUnknown(tool, tools.map(({ name }) => name))
}

/** The tools that a server offers. @throws {McpFailed}, and whatever the guarded client throws */
export function listMcpTools(deps: Deps, server: Server, signal: AbortSignal): Promise<McpTool[]> {
  return inSession(deps, server, signal, (request) => toolsOf(request, server))
}

async function toolsOf(request: Request, { url, idempotencyKey }: Pick<Server, 'url' | 'idempotencyKey'>): Promise<McpTool[]> {
  const tools: McpTool[] = []
  let cursor: string | undefined
  for (let page = 0; page === 0 || (cursor !== undefined && page < MOST_PAGES); page++) {
    const listed = ToolList.safeParse(await request('tools/list', cursor === undefined ? {} : { cursor }, `${idempotencyKey}#list${page}`))
    if (!listed.success) throw new McpFailed(url, 'its list of tools is not as MCP has it', false)
    tools.push(...listed.data.tools.map(({ name, description = '', inputSchema }) => ({ name, description, inputSchema })))
    cursor = listed.data.nextCursor
  }
  return tools
}

async function inSession<T>({ http, clock }: Deps, { url, headers: given, idempotencyKey, traceparent }: Server, signal: AbortSignal, work: (request: Request) => Promise<T>): Promise<T> {
  const headers = { ...(traceparent !== undefined && { traceparent }), ...given }
  let session: Record<string, string> = {}
  let id = 0

  async function post(message: { method: string; params?: Json; id?: number }, key: string): Promise<Reply> {
    const reply = await http.send(
      { method: 'POST', url, idempotencyKey: key, body: JSON.stringify({ jsonrpc: '2.0', ...message }), headers: { ...headers, ...session, 'content-type': 'application/json', accept: 'application/json, text/event-stream' } },
      signal,
    )
    if (reply.status >= 400) throw failedWith(url, message.method, reply, clock.now())
    return reply
  }

  async function request(method: string, params: Json, key: string): Promise<{ result: Json; reply: Reply }> {
    id += 1
    const reply = await post({ method, params, id }, key)
    const answer = answerTo(id, reply.body)
    if (!answer) throw new McpFailed(url, `no answer to ${method} in what it sent`, true)
    if (answer.error) throw new McpFailed(url, `${method} was refused: ${answer.error.message} (${answer.error.code})`, false)
    return { result: answer.result ?? null, reply }
  }

  try {
    const { result, reply } = await request('initialize', { protocolVersion: PROTOCOL, capabilities: {}, clientInfo: { name: 'heddle', version: '1' } }, `${idempotencyKey}#initialize`)
    const agreed = Initialized.safeParse(result)
    if (!agreed.success) throw new McpFailed(url, 'it did not answer initialize as MCP servers do', false)
    const sessionId = reply.headers['mcp-session-id']
    session = { 'mcp-protocol-version': agreed.data.protocolVersion, ...(sessionId !== undefined && { 'mcp-session-id': sessionId }) }
    await post({ method: 'notifications/initialized' }, `${idempotencyKey}#initialized`)
    return await work(async (method, params, key) => (await request(method, params, key)).result)
  } finally {
    if (session['mcp-session-id'] !== undefined) closed(http, url, { ...headers, ...session }, `${idempotencyKey}#close`)
  }
}

const CLOSE_MS = 5_000

/** Not waited for: a server may refuse it, and forgets the session by itself. */
function closed(http: HttpClient, url: string, headers: Record<string, string>, idempotencyKey: string): void {
  http.send({ method: 'DELETE', url, headers, idempotencyKey }, AbortSignal.timeout(CLOSE_MS)).catch(() => undefined)
}

function failedWith(url: string, method: string, { status, body, headers }: Reply, now: number): McpFailed {
  const detail = typeof body === 'string' ? body : JSON.stringify(body)
  return new McpFailed(url, `${method} was answered ${status}: ${detail}`, status === 408 || status === 429 || status >= 500, retryAfterMs(headers['retry-after'], now))
}

/** In one JSON object, or among the events of a stream. */
function answerTo(id: number, body: Json): z.infer<typeof Answer> | undefined {
  const messages: unknown[] = typeof body === 'string' ? eventsOf(body) : Array.isArray(body) ? body : [body]
  for (const message of messages) {
    const answer = Answer.safeParse(message)
    if (answer.success && answer.data.id === id && (answer.data.result !== undefined || answer.data.error !== undefined)) return answer.data
  }
  return undefined
}

function eventsOf(stream: string): unknown[] {
  return stream.split(/\r?\n\r?\n/).flatMap((event) => {
    const data = event.split(/\r?\n/).filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart()).join('\n')
    try {
      return data === '' ? [] : [JSON.parse(data) as unknown]
    } catch {
      return []
    }
  })
}
