import { handleRoute, json } from '@/app/api/handle-route'
import { RunItemsQuery } from '@/wire/runs'

export const dynamic = 'force-dynamic'

export const GET = handleRoute<{ id: string }>(async ({ useCases, actor, params, query }) => json(await useCases.runs.items(actor, params.id, query(RunItemsQuery).map)))
