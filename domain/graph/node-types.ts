import { z } from 'zod'
import type { Json } from '@/domain/json'
import { BrowserActions } from './browser-actions'
import { loopBounds, Tools } from './agent-tools'
import { Headers, JsonSchema, METHODS, Needed, Packages, Text } from './config-text'
import { fieldFault, said, type FieldFault } from './field-fault'
import { Graph, MAX_NODES, NodeId, type GraphNode, type NodeType } from './graph'
import { isTemplate } from './references'
import { Todos } from './todo'
import { anyType, objectType, typeOfSchema, type ValueType } from './value-type'

export const RetryPolicy = z.strictObject({
  maxAttempts: z.int().min(1).max(20).default(3),
  initialMs: z.int().min(0).max(600_000).default(500),
  factor: z.number().min(1).max(10).default(2),
  maxMs: z.int().min(0).max(3_600_000).default(30_000),
  jitter: z.boolean().default(true),
})
export type RetryPolicy = z.infer<typeof RetryPolicy>

/** A locked node is not moved, edited or deleted. A run does not care for these. */
const own = { locked: z.boolean().optional(), todos: Todos.optional() }

/** What every node that does work may say. `timeoutMs` bounds one attempt, `stepTimeoutMs` all of them with the pauses between. */
const common = {
  ...own,
  /** Not run: what arrives is what it gives. */
  disabled: z.boolean().optional(),
  retry: RetryPolicy.prefault({}),
  timeoutMs: z.int().min(100).max(86_400_000).optional(),
  stepTimeoutMs: z.int().min(100).max(604_800_000).optional(),
  critical: z.boolean().default(false),
  priority: z.int().min(0).max(10).optional(),
  runIf: Text.optional(),
  onError: z.enum(['fail', 'skip', 'branch']).default('fail'),
  pinnedOutput: z.json().optional(),
}

/** A name that templates and expressions can read as `memory.name`. */
export const MemoryKey = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, said.BAD_KEY)

/** What a node keeps in the memory of the run when it is done. */
const Remember = z.strictObject({
  /** The key, or a template that gives it. */
  key: z.string().min(1, said.MISSING).max(1_000).refine((key) => isTemplate(key) || MemoryKey.safeParse(key).success, said.BAD_KEY),
  /** Liquid or CEL, which see the node's own output too; left out, that output. */
  value: Text.optional(),
  /** The version that may be overwritten: the one there when the attempt began, any, or a number (0: none yet). */
  expect: z.union([z.enum(['seen', 'any']), z.int().min(0)]).default('seen'),
})
export type Remember = z.infer<typeof Remember>
const memory = { remember: z.array(Remember).max(20).optional() }

export const configs = {
  input: z.strictObject({ ...own, schema: JsonSchema.optional() }),
  agent: z.strictObject({
    ...common,
    ...memory,
    model: z.string().max(200).optional(),
    system: Text.optional(),
    prompt: Needed,
    temperature: z.number().min(0).max(2).optional(),
    maxTokens: z.int().min(1).max(200_000).optional(),
    responseSchema: JsonSchema.optional(),
    tools: Tools.optional(),
    ...loopBounds,
    shareContext: z.boolean().default(true),
  }),
  http: z.strictObject({
    ...common,
    method: z.enum(METHODS).default('GET'),
    url: Needed,
    headers: Headers.optional(),
    body: Text.optional(),
  }),
  /** Calls a tool of an MCP server. */
  mcp: z.strictObject({
    ...common,
    ...memory,
    /** Of the server's endpoint, over streamable HTTP. */
    url: Needed,
    headers: Headers.optional(),
    tool: Needed.max(200),
    /** Its arguments, as CEL that gives an object or Liquid that gives JSON; left out: what arrives. */
    input: Text.optional(),
  }),
  /** Opens a page in a real browser, acts in it and reads it. */
  browser: z.strictObject({ ...common, ...memory, url: Needed, actions: BrowserActions.optional() }),
  python: z.strictObject({
    ...common,
    ...memory,
    /** Sets `output`. Values reach it as variables: it is no template. */
    code: Needed,
    packages: Packages.optional(),
  }),
  /** Works out a value by CEL, or a text by Liquid. */
  transform: z.strictObject({ ...common, ...memory, expression: Needed }),
  condition: z.strictObject({ ...common, expression: Needed }),
  map: z.strictObject({
    ...common,
    /** CEL; left out: the value that arrives, which then has to be a list. */
    items: Text.optional(),
    concurrency: z.int().min(1).max(256).default(8),
    body: Graph,
  }),
  merge: z.strictObject({ ...common, mode: z.enum(['all', 'any']).default('all') }),
  approval: z.strictObject({
    ...common,
    prompt: Needed,
    onTimeout: z.enum(['approve', 'reject', 'fail']).default('fail'),
  }),
  message: z.strictObject({
    ...common,
    mode: z.enum(['send', 'receive']).default('send'),
    /** Sending: id of the message node that receives. */
    to: NodeId.optional(),
    /** Sending: Liquid or CEL; left out, the value that arrives. */
    payload: Text.optional(),
    /** Sending: how long it may wait to be received; left out, as long as the run goes on. */
    ttlMs: z.int().min(100).max(86_400_000).optional(),
    /** Receiving: takes only what this node sent; left out, from anyone. */
    from: NodeId.optional(),
    /** Receiving: how long it waits. */
    waitMs: z.int().min(0).max(86_400_000).default(60_000),
    /** Receiving: how many messages may wait for it. */
    capacity: z.int().min(1).max(1_000).default(100),
  }).refine(({ mode, to }) => mode === 'receive' || to !== undefined, { path: ['to'], message: said.MISSING }),
  subworkflow: z.strictObject({
    ...common,
    workflowId: Needed.max(100),
    /** Left out: the newest published one when the step starts, or the draft where none is published. */
    version: z.int().min(1).optional(),
    /** Liquid or CEL for the whole input, or for each of its fields; left out: what arrives. */
    input: z.union([Text, z.record(z.string().max(200), Text)]).optional(),
  }),
  output: z.strictObject({ ...common, value: Text.optional() }),
  note: z.strictObject({ ...own, text: Text.default(''), width: z.int().min(120).max(2_000).optional(), height: z.int().min(60).max(2_000).optional() }),
  /** A frame around other nodes of its level; collapsed, one box stands for all of them. */
  group: z.strictObject({ ...own, members: z.array(NodeId).max(MAX_NODES).default([]), collapsed: z.boolean().default(false) }),
} satisfies Record<NodeType, z.ZodType>

/** Whether a node of the type may keep something in the memory of the run. */
export function remembers(type: NodeType): boolean {
  return 'remember' in configs[type].shape
}

export type ConfigOf<T extends NodeType> = z.infer<(typeof configs)[T]>
type Common = Omit<ConfigOf<'merge'>, 'mode'>

/** A node whose config has been parsed: what the engine works on. */
export type TypedNode = { [T in NodeType]: Omit<GraphNode, 'type' | 'config'> & { type: T; config: ConfigOf<T> } }[NodeType]

/** The config with its defaults, or the fields at fault. */
export function parseConfig(node: GraphNode): { node: TypedNode; issues?: undefined } | { issues: FieldFault[] } {
  const parsed = configs[node.type].safeParse(node.config)
  // The pair (type, schema of that type) is what `configs` guarantees; the compiler cannot follow it through the index.
  if (parsed.success) return { node: { ...node, config: parsed.data } as TypedNode }
  return { issues: parsed.error.issues.map(fieldFault) }
}

/** Retry, timeout and the rest for any node; defaults for those that do no work of their own. */
export function commonOf(node: TypedNode): Common {
  return 'retry' in node.config ? node.config : { retry: RetryPolicy.parse({}), critical: false, onError: 'fail' }
}

/** Whether a node is left out of runs, its input being its output. */
export function isDisabled(config: Record<string, Json>): boolean {
  return config.disabled === true
}

export function isLocked({ config }: Pick<GraphNode, 'config'>): boolean {
  return config.locked === true
}

/** The handle by which a disabled node hands its input on: of several branches the first. */
export function passingHandle(type: NodeType): string {
  switch (type) {
    case 'condition':
      return 'true'
    case 'approval':
      return 'approved'
    default:
      return 'out'
  }
}

export type Handle = { id: string; type: ValueType }

/** Handles a node takes edges at. Remarks and `input` take none. */
export function inputHandles(type: NodeType, config: Record<string, Json>): Handle[] {
  switch (type) {
    case 'input':
    case 'note':
    case 'group':
      return []
    case 'map':
      return [{ id: 'in', type: isDisabled(config) || typeof config.items === 'string' && config.items.trim() !== '' ? anyType : { kind: 'list', of: anyType } }]
    default:
      return [{ id: 'in', type: anyType }]
  }
}

/** Handles edges leave from: the branches of a condition or approval, `error` where the node says so, else `out`. */
export function outputHandles(type: NodeType, config: Record<string, Json>): Handle[] {
  const value = outputType(type, config)
  const error: Handle[] = config.onError === 'branch' ? [{ id: 'error', type: errorType }] : []
  switch (type) {
    case 'note':
    case 'group':
    case 'output':
      return []
    case 'condition':
      return [{ id: 'true', type: value }, { id: 'false', type: value }, ...error]
    case 'approval':
      return [{ id: 'approved', type: value }, { id: 'rejected', type: value }, ...error]
    default:
      return [{ id: 'out', type: value }, ...error]
  }
}

/** What a node that failed hands to its fallback branch. */
export const errorType = objectType({ code: { kind: 'text' }, message: { kind: 'text' } })
const usageType = objectType({ promptTokens: { kind: 'number' }, cachedTokens: { kind: 'number' }, completionTokens: { kind: 'number' } })

/** The type of `steps.<id>.output` as far as the config tells. */
export function outputType(type: NodeType, config: Record<string, Json>): ValueType {
  // What arrives there has the type of whatever comes before.
  if (isDisabled(config)) return anyType
  switch (type) {
    case 'input':
      return typeOfSchema(config.schema)
    case 'agent':
      return objectType(
        { text: { kind: 'text' }, json: config.responseSchema === undefined ? anyType : typeOfSchema(config.responseSchema), toolCalls: { kind: 'list', of: anyType }, usage: usageType },
        { optional: config.responseSchema === undefined ? ['json', 'toolCalls'] : ['toolCalls'] },
      )
    case 'http':
      return objectType({ status: { kind: 'number' }, headers: objectType({}, { open: true }), body: anyType })
    case 'mcp':
      return objectType({ text: { kind: 'text' }, content: { kind: 'list', of: anyType }, structured: anyType }, { optional: ['structured'] })
    case 'browser':
      return objectType({ url: { kind: 'text' }, title: { kind: 'text' }, text: { kind: 'text' }, values: objectType({}, { open: true }), screenshots: { kind: 'list', of: anyType }, refused: { kind: 'list', of: { kind: 'text' } } })
    case 'python':
      return objectType({ output: anyType, stdout: { kind: 'text' }, stderr: { kind: 'text' } })
    case 'condition':
      return { kind: 'boolean' }
    case 'map':
      return { kind: 'list', of: anyType }
    case 'merge':
      return objectType({}, { open: true })
    case 'message':
      return objectType({ id: { kind: 'text' }, from: { kind: 'text' }, to: { kind: 'text' }, payload: anyType })
    case 'approval':
      return objectType({ decision: { kind: 'text' }, comment: { kind: 'text' }, by: { kind: 'text' } })
    default:
      return anyType
  }
}
