/**
 * The answer's bytes on their way to the reader.
 * B1. `onEnd` is called exactly once, whatever ends the body: its end, its failure, the reader leaving, an abort,
 *     also when nobody ever reads it.
 * B2. Bytes are handed on as they came: no parse, no copy. Of an event stream only whole events go out, so that
 *     an error can still follow as an event of its own.
 * B3. Leaving early closes the connection upstream.
 */
import { openAiErrorEvent } from '@/wire/openai-error'

export type BodyEnd = { kind: 'completed' | 'cancelled' | 'failed'; detail?: string; tail: readonly Uint8Array[] }

type Source = {
  /** Already taken from `rest`, to know that the instance answers at all. */
  first: IteratorResult<Uint8Array>
  rest: AsyncIterator<Uint8Array>
  isEventStream: boolean
  signal: AbortSignal
  onEnd: (end: BodyEnd) => void
}

/** The usage event, `[DONE]` and what a server may send between them. */
const TAIL_CHUNKS = 4
/** An event this long is handed on in parts. */
const MAX_HELD_BYTES = 1024 * 1024

export function relayedBody({ first, rest, isEventStream, signal, onEnd }: Source): AsyncIterable<Uint8Array> {
  let tail: Uint8Array[] = []
  let ended = false
  const onAbort = (): void => end('cancelled')
  function end(kind: BodyEnd['kind'], detail?: string): void {
    if (ended) return
    ended = true
    signal.removeEventListener('abort', onAbort)
    onEnd(detail === undefined ? { kind, tail } : { kind, detail, tail })
    tail = []
  }
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) end('cancelled')

  async function* read(): AsyncGenerator<Uint8Array> {
    let held: Uint8Array | undefined
    try {
      for (let next = first; !next.done; next = await rest.next()) {
        const chunk = next.value
        if (tail.length === TAIL_CHUNKS) tail.shift()
        tail.push(chunk)
        const whole = isEventStream ? wholeEvents(chunk) : chunk.length
        if (whole > 0) {
          if (held) yield held
          held = undefined
          yield whole === chunk.length ? chunk : chunk.subarray(0, whole)
        }
        if (whole === chunk.length) continue
        const part: Uint8Array = chunk.subarray(whole)
        held = held ? Buffer.concat([held, part]) : part
        if (held.length < MAX_HELD_BYTES && wholeEvents(held) < held.length) continue
        yield held
        held = undefined
      }
      // A last line without its end was cut off, whatever the connection says.
      if (held && isEventStream && held.at(-1) !== NEWLINE) throw new Error('it ended in the middle of an event')
      if (held) yield held
      end('completed')
    } catch (error) {
      if (signal.aborted) throw signal.reason
      const detail = error instanceof Error ? error.message : 'the connection broke'
      end('failed', detail)
      if (!isEventStream) throw error
      yield Buffer.from(openAiErrorEvent({ message: `The instance failed in the middle of its answer (${detail}).`, type: 'server_error', code: 'INSTANCE_FAILED' }))
    } finally {
      end('cancelled')
      await rest.return?.()
    }
  }
  return read()
}

/** @returns the number of bytes up to the end of the last event (a blank line) in the chunk */
function wholeEvents(chunk: Uint8Array): number {
  for (let at = chunk.length - 1; at > 0; at--) {
    if (chunk[at] !== NEWLINE) continue
    if (chunk[at - 1] === NEWLINE || (chunk[at - 1] === RETURN && chunk[at - 2] === NEWLINE)) return at + 1
  }
  return 0
}
const [NEWLINE, RETURN] = [0x0a, 0x0d]
