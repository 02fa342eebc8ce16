import { InstanceFailed, type InstanceClient, type InstanceMetrics, type InstanceReply, type InstanceRequest } from '../ports/instance-client'

/** An instance for tests: what it does is set from outside, what it was asked is kept. */
export type ScriptedInstance = InstanceClient & {
  up: boolean
  modelIds: string[]
  figures: InstanceMetrics
  asked: InstanceRequest[]
  answer: (request: InstanceRequest, signal: AbortSignal) => Promise<InstanceReply> | InstanceReply
}

export function scriptedInstance(id: string): ScriptedInstance {
  const instance: ScriptedInstance = {
    id, url: `http://${id}`, up: true, modelIds: ['m'], figures: {}, asked: [],
    answer: () => jsonReply({ ok: true, usage: { prompt_tokens: 10, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 4 } } }),
    async send(request, signal) {
      instance.asked.push(request)
      if (!instance.up) throw new InstanceFailed(instance.url, 'connect', 'refused')
      return instance.answer(request, signal)
    },
    health: () => Promise.resolve(instance.up ? undefined : '/health answered 503'),
    models: () => Promise.resolve({ cards: instance.modelIds.map((model) => ({ id: model })), simulated: false }),
    metrics: () => Promise.resolve(instance.figures),
    close: () => Promise.resolve(),
  }
  return instance
}

export function jsonReply(value: unknown, status = 200): InstanceReply {
  const bytes = Buffer.from(JSON.stringify(value))
  return { status, headers: { 'content-type': 'application/json', 'content-length': String(bytes.length) }, body: chunks([bytes]) }
}

export function eventReply(events: readonly (string | Error | Promise<string>)[]): InstanceReply {
  return { status: 200, headers: { 'content-type': 'text/event-stream' }, body: chunks(events) }
}

async function* chunks(given: readonly (string | Uint8Array | Error | Promise<string>)[]): AsyncGenerator<Uint8Array> {
  for (const one of given) {
    const chunk = await one
    if (chunk instanceof Error) throw chunk
    yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
  }
}

export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const chunk of body) parts.push(chunk)
  return Buffer.concat(parts).toString('utf8')
}
