import { handleRoute, json } from '@/app/api/handle-route'
import { rangeOf, SeriesQuery, workflowExecutionsBody } from '@/wire/samples'

export const dynamic = 'force-dynamic'

export const GET = handleRoute<{ id: string }>(async ({ useCases, actor, params, query }) => json(workflowExecutionsBody(await useCases.executions.workflow(actor, params.id, rangeOf(query(SeriesQuery))))))
