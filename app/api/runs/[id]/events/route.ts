import { handleRoute } from '@/app/api/handle-route'
import type { RunEvent } from '@/domain/run/run-event'
import { EventsQuery, runEventLine } from '@/wire/runs'

export const dynamic = 'force-dynamic'

export const GET = handleRoute<{ id: string }>(async ({ useCases, actor, params, query }) => {
  const pages = await useCases.runs.events(actor, params.id, query(EventsQuery).after)
  return new Response(ndjson(pages), { headers: { 'content-type': 'application/x-ndjson; charset=utf-8', 'cache-control': 'no-store' } })
})

/** A page at a time, as the reader takes them. */
function ndjson(pages: AsyncGenerator<RunEvent[]>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pages.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value.map((event) => `${JSON.stringify(runEventLine(event))}\n`).join('')))
    },
    async cancel() {
      await pages.return(undefined)
    },
  })
}
