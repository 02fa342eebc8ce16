/** An event stream may hold one event of this many characters at most. */
const MAX_EVENT_CHARS = 8 * 1024 * 1024

/**
 * The `data` of each server-sent event, in order, to `[DONE]`. What follows is read and dropped: a body read to its
 * end leaves its connection to the next call.
 * @throws {RangeError} when an event has no end in sight
 */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let pending = ''
  let data: string[] = []
  let done = false
  for await (const chunk of body) {
    if (done) continue
    pending += decoder.decode(chunk, { stream: true })
    let from = 0
    for (let end = pending.indexOf('\n'); end >= 0; end = pending.indexOf('\n', from)) {
      const line = pending.slice(from, pending[end - 1] === '\r' ? end - 1 : end)
      from = end + 1
      if (line === '') {
        if (data.length === 0) continue
        const event = data.join('\n')
        data = []
        done ||= event === '[DONE]'
        if (!done) yield event
      } else if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5))
    }
    pending = pending.slice(from)
    if (pending.length > MAX_EVENT_CHARS) throw new RangeError('An event of the stream has no end')
  }
  if (done) return
  const rest = pending.startsWith('data:') ? [...data, pending.slice(5).trim()] : data
  if (rest.length > 0 && rest.join('\n') !== '[DONE]') yield rest.join('\n')
}
