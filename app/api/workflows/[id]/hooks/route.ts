import { handleRoute, json } from '@/app/api/handle-route'
import { hookBody, hookWithSecret, HookWish } from '@/wire/triggers'

export const dynamic = 'force-dynamic'

type Params = { id: string }

export const GET = handleRoute<Params>(async ({ useCases, actor, params }) => json({ items: (await useCases.hooks.list(actor, params.id)).map(hookBody), nextCursor: null }))

export const POST = handleRoute<Params>(async ({ useCases, actor, params, body }) => json(hookWithSecret(await useCases.hooks.create(actor, params.id, await body(HookWish))), 201))
