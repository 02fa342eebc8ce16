import { handleRoute, json } from '@/app/api/handle-route'
import { fleetSeriesBody, rangeOf, SeriesQuery } from '@/wire/samples'

export const dynamic = 'force-dynamic'

export const GET = handleRoute(async ({ useCases, actor, query }) => json(fleetSeriesBody(await useCases.samples.fleet(actor, rangeOf(query(SeriesQuery))))))
