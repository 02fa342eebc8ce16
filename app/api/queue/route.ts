import { handleRoute, json } from '@/app/api/handle-route'
import { QueueQuery, queueTurn } from '@/wire/queue'

export const dynamic = 'force-dynamic'

export const GET = handleRoute(async ({ useCases, actor, query }) => {
  const { cursor, ...wanted } = query(QueueQuery)
  const { items, next, length } = await useCases.queue(actor, { after: cursor, ...wanted })
  return json({ items: items.map((turn) => ({ runId: turn.id, ...queueTurn(turn) })), nextCursor: next === undefined ? null : String(next), length })
})
