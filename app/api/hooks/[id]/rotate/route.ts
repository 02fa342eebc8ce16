import { handleRoute, json } from '@/app/api/handle-route'
import { hookWithSecret } from '@/wire/triggers'

export const dynamic = 'force-dynamic'

export const POST = handleRoute<{ id: string }>(async ({ useCases, actor, params }) => json(hookWithSecret(await useCases.hooks.rotate(actor, params.id))))
