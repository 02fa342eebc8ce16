import { handleRoute, json } from '@/app/api/handle-route'
import { ItemResultsQuery, itemResultsBody } from '@/wire/results'

export const dynamic = 'force-dynamic'

export const GET = handleRoute<{ id: string }>(async ({ useCases, actor, params, query }) => json(itemResultsBody(await useCases.runs.itemResults(actor, params.id, query(ItemResultsQuery).item))))
