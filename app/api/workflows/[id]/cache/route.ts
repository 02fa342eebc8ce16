import { handleRoute, json } from '@/app/api/handle-route'

export const dynamic = 'force-dynamic'

export const GET = handleRoute<{ id: string }>(async ({ useCases, actor, params }) => json(await useCases.cache(actor, params.id)))
