import { handleRoute, json } from '@/app/api/handle-route'
import { RetentionPolicy } from '@/domain/retention/retention-policy'

export const dynamic = 'force-dynamic'

export const GET = handleRoute(async ({ useCases, actor }) => json(await useCases.retention.read(actor)))

export const PUT = handleRoute(async ({ useCases, actor, body }) => json(await useCases.retention.set(actor, await body(RetentionPolicy))))
