import { handleRoute, json } from '@/app/api/handle-route'
import { allExecutionsBody, rangeOf, SeriesQuery } from '@/wire/samples'

export const dynamic = 'force-dynamic'

export const GET = handleRoute(async ({ useCases, actor, query }) => json(allExecutionsBody(await useCases.executions.all(actor, rangeOf(query(SeriesQuery))))))
