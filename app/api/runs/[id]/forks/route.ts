import { handleRoute, json } from '@/app/api/handle-route'
import { ForksBody } from '@/wire/runs'

export const dynamic = 'force-dynamic'

export const POST = handleRoute<{ id: string }>(async ({ useCases, actor, params, body }) => json(await useCases.runs.forks(actor, params.id, (await body(ForksBody)).branches), 202))
