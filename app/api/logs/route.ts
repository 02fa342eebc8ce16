import { handleRoute, json } from '@/app/api/handle-route'
import { logLineBody, LogQuery } from '@/wire/telemetry'

export const dynamic = 'force-dynamic'

export const GET = handleRoute(async ({ useCases, actor, query }) => {
  const page = await useCases.telemetry.logs(actor, query(LogQuery))
  return json({ items: page.items.map(logLineBody), nextCursor: page.nextCursor })
})
