import 'server-only'

/** Lines of JSON, a page at a time, as the reader takes them. */
export function ndjsonResponse<T>(pages: AsyncGenerator<T[]>, lineOf: (item: T) => unknown, headers: Record<string, string> = {}): Response {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      // A store that answers at once, and a reader as quick, would hold the one thread until the end.
      await new Promise((resolve) => setImmediate(resolve))
      const { done, value } = await pages.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value.map((item) => `${JSON.stringify(lineOf(item))}\n`).join('')))
    },
    async cancel() {
      await pages.return(undefined)
    },
  })
  return new Response(body, { headers: { 'content-type': 'application/x-ndjson; charset=utf-8', 'cache-control': 'no-store', ...headers } })
}
