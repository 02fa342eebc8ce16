import { handleRoute } from '@/app/api/handle-route'
import { ndjsonResponse } from '@/app/api/ndjson-response'
import { EventsQuery, runEventLine } from '@/wire/runs'

export const dynamic = 'force-dynamic'

export const GET = handleRoute<{ id: string }>(async ({ useCases, actor, params, query }) =>
  ndjsonResponse(await useCases.runs.events(actor, params.id, query(EventsQuery).after), runEventLine))
