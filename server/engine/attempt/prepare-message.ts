import { AppError } from '@/domain/error'
import { isTemplate } from '@/domain/graph/references'
import type { TypedNode } from '@/domain/graph/node-types'
import type { Json } from '@/domain/json'
import type { StepScope } from '@/domain/run/scope'
import type { AttemptDeps, Prepared } from './prepared'

type MessageNode = Extract<TypedNode, { type: 'message' }>

const MAX_BYTES = 1024 * 1024

class MessageTooLarge extends AppError {
  readonly code = 'MESSAGE_TOO_LARGE'
  readonly hint = 'Send a part of it, and hand the rest on by an edge.'
  constructor(name: string, bytes: number) {
    super(`The message of "${name}" has ${bytes} bytes as JSON; a message has at most ${MAX_BYTES}`)
  }
}

/** Sending is done as soon as it is said; receiving waits in the log, and costs nothing meanwhile. */
export async function prepareMessage({ templates }: AttemptDeps, { name, config }: MessageNode, scope: StepScope, given: Json): Promise<Prepared> {
  if (config.mode === 'receive') return { input: { value: given } }
  const source = config.payload?.trim() ? config.payload : undefined
  const payload = source === undefined ? given : isTemplate(source) ? await templates.render(source, scope) : await templates.evaluate(source, scope)
  const bytes = Buffer.byteLength(JSON.stringify(payload))
  if (bytes > MAX_BYTES) throw new MessageTooLarge(name, bytes)
  return { input: given, message: { payload, ...(config.ttlMs !== undefined && { ttlMs: config.ttlMs }) } }
}
