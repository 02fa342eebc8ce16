import { handleRoute, json } from '@/app/api/handle-route'
import { PauseBody } from '@/wire/workflows'

export const dynamic = 'force-dynamic'

export const POST = handleRoute<{ id: string }>(async ({ useCases, actor, params, body }) => json(await useCases.pauses.pause(actor, params.id, await body(PauseBody))))
