import { handleRoute, json } from '@/app/api/handle-route'
import { alertBody, AlertQuery } from '@/wire/alerts'

export const dynamic = 'force-dynamic'

export const GET = handleRoute(async ({ useCases, actor, query }) => {
  const { show, ...page } = query(AlertQuery)
  if (show === 'open') return json({ items: useCases.alerts.open(actor).map(alertBody), nextCursor: null })
  const { items, nextCursor } = await useCases.alerts.fired(actor, page)
  return json({ items: items.map(alertBody), nextCursor })
})
