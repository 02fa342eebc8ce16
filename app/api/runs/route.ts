import { handleRoute, json } from '@/app/api/handle-route'
import { RunQuery, runSummaryBody } from '@/wire/runs'

export const dynamic = 'force-dynamic'

export const GET = handleRoute(async ({ useCases, actor, query }) => {
  const page = await useCases.runs.list(actor, query(RunQuery))
  return json({ items: page.items.map(runSummaryBody), nextCursor: page.nextCursor })
})
