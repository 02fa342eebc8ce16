import type { IncomingMessage, ServerResponse } from 'node:http'
import { EmbeddingBody, parseBody, promptsOf } from './completion-body'
import { requestIdOf } from './request-id'
import { hashText } from './seeded-random'
import { loraOf, requireModel, requirePriorityAllowed, roomForAnswer, type SimInstance } from './sim-instance'
import { decode, encode } from './sim-tokenizer'

const DEFAULT_DIMENSIONS = 384

/** POST /v1/embeddings: the engine reads each input; the vector is a hashed bag of words, so texts that share words lie close. */
export function embedding(instance: SimInstance, request: IncomingMessage, response: ServerResponse, raw: string): void {
  const body = parseBody(EmbeddingBody, raw)
  requireModel(instance, body.model)
  requirePriorityAllowed(instance, body.priority)
  const { runner, options, metrics } = instance
  const lora = loraOf(instance, body.model)
  const inputs = promptsOf(body.input).map((input) => {
    const tokens = typeof input === 'string' ? encode(input) : input
    roomForAnswer(instance, tokens.length, null, 'prompt')
    return { tokens, text: typeof input === 'string' ? input : decode(input) }
  })
  const id = `embd-${requestIdOf(instance, request, null)}`
  const engineIds = inputs.map((_, index) => `${id}-${index}-${instance.nextId()}`)
  let open = inputs.length

  response.on('close', () => {
    if (open === 0) return
    for (const engineId of engineIds) runner.abort(engineId)
    metrics.countFinished('abort')
  })

  function finish(): void {
    const promptTokens = inputs.reduce((sum, { tokens }) => sum + tokens.length, 0)
    const data = inputs.map(({ text }, index) => {
      const vector = embed(text, body.dimensions ?? DEFAULT_DIMENSIONS)
      const written = body.encoding_format === 'base64' ? Buffer.from(new Float32Array(vector).buffer).toString('base64') : vector
      return { index, object: 'embedding', embedding: written }
    })
    const created = instance.startedAt + Math.floor(runner.now() / options.timeScale)
    const usage = { prompt_tokens: promptTokens, total_tokens: promptTokens, completion_tokens: 0, prompt_tokens_details: null }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id, object: 'list', created, model: body.model || options.model, data, usage }))
  }

  inputs.forEach(({ tokens }, i) => {
    runner.submit(
      { id: engineIds[i] as string, promptTokens: tokens, outputTokens: [], ...(lora === undefined ? {} : { lora }) },
      {
        onToken: () => undefined,
        onFinished() {
          metrics.countFinished('stop')
          if (--open === 0) finish()
        },
      },
    )
  })
}

/** A vector of length 1. */
export function embed(text: string, dimensions: number): number[] {
  const vector: number[] = Array.from({ length: dimensions }, () => 0)
  for (const word of text.toLowerCase().match(/[a-z0-9]+|[\uac00-\ud7a3]{1,2}/g) ?? [text]) {
    for (let turn = 0; turn < 3; turn++) {
      const hash = hashText(word, turn)
      const at = hash % dimensions
      vector[at] = (vector[at] as number) + ((hash & 0x40000000) === 0 ? -1 : 1)
    }
  }
  // Opposite signs can cancel a short text out.
  if (!vector.some((value) => value !== 0)) vector[0] = 1
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}
