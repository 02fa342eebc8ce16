import { handleRoute } from '@/app/api/handle-route'
import { ndjsonResponse } from '@/app/api/ndjson-response'
import { EventsQuery, runEventLine, valuesAsked } from '@/wire/runs'

export const dynamic = 'force-dynamic'

export const GET = handleRoute<{ id: string }>(async ({ useCases, actor, params, query }) => {
  const asked = query(EventsQuery)
  return ndjsonResponse(await useCases.runs.events(actor, params.id, asked.after, valuesAsked(asked)), runEventLine)
})
