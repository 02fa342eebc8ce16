import { handleRoute, json } from '@/app/api/handle-route'
import { CallLimits } from '@/domain/rate/call-limits'

export const dynamic = 'force-dynamic'

export const GET = handleRoute(async ({ useCases, actor }) => json(await useCases.callLimits.read(actor)))

export const PUT = handleRoute(async ({ useCases, actor, body }) => json(await useCases.callLimits.set(actor, await body(CallLimits))))
