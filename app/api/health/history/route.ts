import { handleRoute, json } from '@/app/api/handle-route'
import { healthEventsOf, HealthHistoryQuery } from '@/wire/telemetry'

export const dynamic = 'force-dynamic'

export const GET = handleRoute(async ({ useCases, actor, query }) => {
  const { cursor, limit } = query(HealthHistoryQuery)
  const page = await useCases.telemetry.healthHistory(actor, { before: cursor, limit })
  return json({ items: healthEventsOf(page.items), nextCursor: page.nextCursor })
})
