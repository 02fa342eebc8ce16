import { handleRoute, json } from '@/app/api/handle-route'
import { AppendOperationsBody, OperationsQuery } from '@/wire/operations'

export const dynamic = 'force-dynamic'

type Params = { id: string }

export const GET = handleRoute<Params>(async ({ useCases, actor, params, query }) => json(await useCases.workflows.since(actor, params.id, query(OperationsQuery).after)))

export const POST = handleRoute<Params>(async ({ useCases, actor, params, body }) => json({ revision: await useCases.workflows.append(actor, params.id, await body(AppendOperationsBody)) }))
