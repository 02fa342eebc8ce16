import { z } from 'zod'
import { badRequest } from './api-error'

/** Bodies of the endpoints. Unknown fields are ignored, as vLLM does; so are those of a sampler that is not simulated. */
const JsonSchema = z.record(z.string(), z.unknown())

const sampling = {
  model: z.string().optional(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish(), continuous_usage_stats: z.boolean().nullish() }).nullish(),
  max_tokens: z.int().min(1, 'max_tokens must be at least 1').nullish(),
  min_tokens: z.int().min(0).nullish(),
  ignore_eos: z.boolean().nullish(),
  n: z.int().min(1).max(16).nullish(),
  seed: z.int().nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  temperature: z.number().min(0).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  priority: z.int().nullish(),
  request_id: z.string().nullish(),
  cache_salt: z
    .string()
    .min(1)
    .max(128)
    .refine((salt) => !/[@/\\\0]/.test(salt), 'cache_salt must not contain @, /, \\ or NUL')
    .nullish(),
  return_token_ids: z.boolean().nullish(),
  response_format: z
    .object({ type: z.string(), json_schema: z.looseObject({ schema: JsonSchema.nullish() }).nullish() })
    .nullish(),
  structured_outputs: z
    .looseObject({
      json: z.union([JsonSchema, z.string()]).nullish(),
      regex: z.string().nullish(),
      choice: z.array(z.string()).min(1).nullish(),
      json_object: z.boolean().nullish(),
    })
    .nullish(),
  guided_json: z.union([JsonSchema, z.string()]).nullish(),
  guided_regex: z.string().nullish(),
  guided_choice: z.array(z.string()).min(1).nullish(),
}
export type SamplingBody = z.infer<z.ZodObject<typeof sampling>>

const ContentPart = z.looseObject({ type: z.string(), text: z.string().optional() })

export const ChatMessage = z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(ContentPart)]).nullish(),
  name: z.string().nullish(),
  tool_call_id: z.string().nullish(),
  tool_calls: z
    .array(z.looseObject({ id: z.string().optional(), function: z.looseObject({ name: z.string(), arguments: z.string().optional() }) }))
    .nullish(),
})
export type ChatMessage = z.infer<typeof ChatMessage>

export const Tool = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({ name: z.string().min(1), description: z.string().nullish(), parameters: JsonSchema.nullish() }),
})
export type Tool = z.infer<typeof Tool>

const ToolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.looseObject({ type: z.literal('function'), function: z.looseObject({ name: z.string() }) }),
])

export const ChatBody = z.looseObject({
  ...sampling,
  max_completion_tokens: z.int().min(1, 'max_completion_tokens must be at least 1').nullish(),
  messages: z.array(ChatMessage).min(1, 'messages must not be empty'),
  tools: z.array(Tool).nullish(),
  tool_choice: ToolChoice.nullish(),
})
export type ChatBody = z.infer<typeof ChatBody>

const TokenIds = z.array(z.int().min(0))
export const PromptInput = z.union([z.string(), TokenIds, z.array(z.string()).min(1), z.array(TokenIds).min(1)])
export type PromptInput = z.infer<typeof PromptInput>

export const TextBody = z.looseObject({ ...sampling, prompt: PromptInput, echo: z.boolean().nullish() })
export type TextBody = z.infer<typeof TextBody>

export const EmbeddingBody = z.looseObject({
  model: z.string().optional(),
  input: PromptInput,
  encoding_format: z.enum(['float', 'base64']).nullish(),
  dimensions: z.int().min(1).max(4096).nullish(),
  priority: z.int().nullish(),
})

export const TokenizeBody = z
  .looseObject({
    model: z.string().optional(),
    prompt: z.string().optional(),
    messages: z.array(ChatMessage).min(1).optional(),
    tools: z.array(Tool).nullish(),
    add_generation_prompt: z.boolean().nullish(),
    return_token_strs: z.boolean().nullish(),
  })
  .refine((body) => (body.prompt === undefined) !== (body.messages === undefined), 'either prompt or messages is required')

export const DetokenizeBody = z.looseObject({ model: z.string().optional(), tokens: TokenIds })

/** @throws {ApiError} 400, naming the first thing that is wrong */
export function parseBody<T>(schema: z.ZodType<T>, raw: string): T {
  let json: unknown
  try {
    json = JSON.parse(raw)
  } catch (error) {
    throw badRequest(`JSON decode error: ${error instanceof Error ? error.message : 'not JSON'}`)
  }
  const result = schema.safeParse(json)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = issue?.path.join('.') ?? ''
  throw badRequest(`${path ? `${path}: ` : ''}${issue?.message ?? 'invalid body'}`, path || null)
}

/** A list of prompts, as token ids or text, from the four forms that the API takes. */
export function promptsOf(input: PromptInput): (string | number[])[] {
  if (typeof input === 'string') return [input]
  if (input.every((item) => typeof item === 'number')) return [input as number[]]
  return input as (string | number[])[]
}
