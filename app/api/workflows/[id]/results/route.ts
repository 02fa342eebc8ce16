import { handleRoute, json } from '@/app/api/handle-route'
import { workflowResultsBody } from '@/wire/results'

export const dynamic = 'force-dynamic'

export const GET = handleRoute<{ id: string }>(async ({ useCases, actor, params }) => json(workflowResultsBody(await useCases.results(actor, params.id))))
