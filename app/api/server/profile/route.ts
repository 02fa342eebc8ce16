import { handleRoute, json } from '@/app/api/handle-route'
import { ProfileBody, serverProfileBody } from '@/wire/server'

export const dynamic = 'force-dynamic'

export const POST = handleRoute(async ({ useCases, actor, body, signal }) => json(serverProfileBody(await useCases.server.record(actor, await body(ProfileBody), signal))))
