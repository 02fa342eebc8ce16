import { handleRoute, json } from '@/app/api/handle-route'

export const dynamic = 'force-dynamic'

export const POST = handleRoute<{ id: string }>(async ({ useCases, actor, params }) => json(await useCases.pauses.resume(actor, params.id)))
