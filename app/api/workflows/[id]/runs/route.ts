import { handleRoute, json } from '@/app/api/handle-route'
import { StartRunBody } from '@/wire/runs'

export const dynamic = 'force-dynamic'

export const POST = handleRoute<{ id: string }>(async ({ useCases, actor, params, body }) => json(await useCases.runs.start(actor, { workflowId: params.id, ...(await body(StartRunBody)) }), 202))
