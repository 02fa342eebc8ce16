import { handleRoute, json } from '@/app/api/handle-route'
import { AcknowledgeBody, alertBody } from '@/wire/alerts'

export const dynamic = 'force-dynamic'

export const POST = handleRoute(async ({ useCases, actor, body }) => json({ items: (await useCases.alerts.acknowledgeAll(actor, (await body(AcknowledgeBody)).ids)).map(alertBody), nextCursor: null }))
