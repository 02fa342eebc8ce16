import { z } from 'zod'
import { OpenAiErrorBody } from './openai-error'

/** `POST /v1/batch`: many calls of the router in one. The lines are those of OpenAI's batch files; the answer comes at once. */
export const BATCH_PATH = '/v1/batch'

const Call = z.strictObject({
  /** Comes back with the result; left out: its place, from 0. */
  custom_id: z.string().min(1).max(200).optional(),
  method: z.literal('POST').optional(),
  url: z.enum(['/v1/chat/completions', '/v1/completions', '/v1/embeddings']).default('/v1/chat/completions'),
  body: z.record(z.string(), z.unknown()),
})
const Message = z.looseObject({ role: z.string() })

export const BatchBody = z.strictObject({
  requests: z.array(Call).min(1).max(1_000).optional().describe('The calls'),
  prompts: z.array(z.union([z.string(), z.array(Message).min(1)])).min(1).max(1_000).optional().describe('In place of requests: prompts of chat completions, each a text or messages'),
  defaults: z.record(z.string(), z.unknown()).default({}).describe('Members of every body that does not have them itself, such as model'),
  concurrency: z.int().min(1).max(64).default(8).describe('Calls at once'),
  attempts: z.int().min(1).max(10).default(3).describe('Tries of each call; between them it waits as long as it was told, and a growing pause'),
  timeout: z.number().min(1).max(3_600).default(600).describe('Seconds for all of it; what has no answer by then has failed'),
  stream: z.boolean().default(false).describe('A result a line as soon as those before it are there, then the totals'),
}).refine(({ requests, prompts }) => (requests === undefined) !== (prompts === undefined), { path: ['requests'], message: 'Give either requests or prompts' })
  .refine(({ requests = [] }) => new Set(requests.map((call, index) => call.custom_id ?? String(index))).size === requests.length, { path: ['requests'], message: 'Every custom_id may stand once' })
export type BatchBody = z.infer<typeof BatchBody>

/** One of `response` and `error` is null. */
export const BatchResult = z.object({
  index: z.int(),
  custom_id: z.string(),
  response: z.object({ status_code: z.int(), request_id: z.string(), instance: z.string().nullable(), body: z.unknown() }).nullable(),
  error: z.object({ status_code: z.int().nullable(), code: z.string(), message: z.string() }).nullable(),
  attempts: z.int(),
  /** No model answered, but a simulated server. */
  simulated: z.literal(true).optional(),
})
export type BatchResult = z.infer<typeof BatchResult>

const Totals = z.object({
  counts: z.object({ total: z.int(), completed: z.int(), failed: z.int() }),
  /** As the engines reported it. */
  usage: z.object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() }),
})
export const BatchAnswer = Totals.extend({ object: z.literal('batch'), data: z.array(BatchResult) })
/** The last line of a stream: without it, something was cut off. */
const BatchEnd = Totals.extend({ object: z.literal('batch.end') })
export type BatchEnd = z.infer<typeof BatchEnd>
export type BatchAnswer = z.infer<typeof BatchAnswer>
export const BatchLine = z.union([BatchResult, BatchEnd])
export const BatchRefusal = OpenAiErrorBody
