import { handleRoute, json } from '@/app/api/handle-route'
import { ForkBody } from '@/wire/runs'

export const dynamic = 'force-dynamic'

export const POST = handleRoute<{ id: string }>(async ({ useCases, actor, params, body }) => json(await useCases.runs.fork(actor, params.id, await body(ForkBody)), 202))
