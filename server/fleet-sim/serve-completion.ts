import type { ServerResponse } from 'node:http'
import type { PlannedAnswer } from './answer-plan'
import { internalError } from './api-error'
import type { SamplingBody } from './completion-body'
import { loraOf, type SimInstance } from './sim-instance'
import { tokenText } from './sim-tokenizer'

/** One answer to be given: choice `index` of a request. */
export type Choice = { index: number; promptTokens: readonly number[]; plan: PlannedAnswer }

export type Usage = {
  prompt_tokens: number
  total_tokens: number
  completion_tokens: number
  prompt_tokens_details: { cached_tokens: number }
}

/** How an endpoint writes what the engine gives. */
export type CompletionShape = {
  idPrefix: string
  chunkObject: string
  object: string
  /** Choices of the chunks that come before the first token's text. */
  opening: (choice: Choice) => object[]
  delta: (choice: Choice, text: string, token: number) => object
  closing: (choice: Choice) => object
  full: (choice: Choice) => object
}

type Serving = { instance: SimInstance; response: ServerResponse; body: SamplingBody; requestId: string; choices: readonly Choice[]; shape: CompletionShape }

/** Runs the choices through the engine and writes the answer, streamed or whole. Client gone: the engine's work ends at once. */
export function serveCompletion({ instance, response, body, requestId, choices, shape }: Serving): void {
  const { runner, metrics, options } = instance
  const fails = instance.drawFailure()
  if (fails && options.failAfterTokens === undefined) {
    metrics.countFinished('error')
    throw internalError('EngineCore encountered an issue (simulated). See stack trace for the root cause.')
  }
  const id = `${shape.idPrefix}-${requestId}`
  const created = instance.startedAt + Math.floor(runner.now() / options.timeScale)
  const head = { id, created, model: body.model || options.model }
  const lora = loraOf(instance, body.model)
  const streams = body.stream === true
  const engineIds = choices.map(({ index }) => `${id}-${index}-${instance.nextId()}`)
  const prompts = new Set(choices.map((choice) => choice.promptTokens))
  const promptTokens = [...prompts].reduce((sum, tokens) => sum + tokens.length, 0)
  let completionTokens = 0
  let cachedTokens = 0
  let open = choices.length
  let ended = false

  const usage = (): Usage => ({
    prompt_tokens: promptTokens,
    total_tokens: promptTokens + completionTokens,
    completion_tokens: completionTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens },
  })
  const send = (data: object): void => {
    response.write(`data: ${JSON.stringify(data)}\n\n`)
  }
  const sendChoice = (choice: object): void => {
    const continuous = body.stream_options?.continuous_usage_stats ? { usage: usage() } : {}
    send({ ...head, object: shape.chunkObject, choices: [choice], ...continuous })
  }

  function abandon(): void {
    ended = true
    for (const engineId of engineIds) runner.abort(engineId)
  }

  function fail(): void {
    abandon()
    metrics.countFinished('error')
    const { body: problem } = internalError('EngineCore died during generation (simulated).')
    if (streams) response.end(`data: ${JSON.stringify(problem)}\n\ndata: [DONE]\n\n`)
    else response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify(problem))
  }

  function finish(): void {
    ended = true
    if (!streams) {
      const answer = { ...head, object: shape.object, choices: choices.map(shape.full), usage: usage() }
      const promptIds = body.return_token_ids ? { prompt_token_ids: choices[0]?.promptTokens } : {}
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ...answer, ...promptIds }))
      return
    }
    if (body.stream_options?.include_usage) send({ ...head, object: shape.chunkObject, choices: [], usage: usage() })
    response.end('data: [DONE]\n\n')
  }

  response.on('close', () => {
    if (ended) return
    abandon()
    metrics.countFinished('abort')
  })
  if (streams) response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }).flushHeaders()

  choices.forEach((choice, i) => {
    const { plan } = choice
    const request = {
      id: engineIds[i] as string,
      promptTokens: choice.promptTokens,
      outputTokens: plan.tokens,
      ...(body.priority ? { priority: body.priority } : {}),
      ...(body.cache_salt ? { cacheSalt: body.cache_salt } : {}),
      ...(lora === undefined ? {} : { lora }),
    }
    runner.submit(request, {
      onToken({ index }) {
        if (ended) return
        if (streams && index === 0) shape.opening(choice).forEach(sendChoice)
        completionTokens++
        const token = plan.tokens[index] as number
        // A stop string at the very start leaves a token without text.
        if (streams && plan.text !== '') sendChoice(shape.delta(choice, tokenText(token), token))
        if (fails && completionTokens >= (options.failAfterTokens ?? 0)) fail()
      },
      onFinished(event) {
        if (ended) return
        if (choice === choices.find((other) => other.promptTokens === choice.promptTokens)) cachedTokens += event.cachedTokens
        if (streams) sendChoice(shape.closing(choice))
        metrics.countFinished(plan.finishReason === 'length' ? 'length' : 'stop')
        if (--open === 0) finish()
      },
    })
  })
}
