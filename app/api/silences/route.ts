import { handleRoute, json, noContent } from '@/app/api/handle-route'
import { RemoveSilenceQuery, silenceBody, SilenceGiven } from '@/wire/alerts'

export const dynamic = 'force-dynamic'

export const GET = handleRoute(async ({ useCases, actor }) => json({ items: (await useCases.alerts.silences(actor)).map(silenceBody), nextCursor: null }))

export const POST = handleRoute(async ({ useCases, actor, body }) => json(silenceBody(await useCases.alerts.silence(actor, await body(SilenceGiven))), 201))

export const DELETE = handleRoute(async ({ useCases, actor, query }) => {
  await useCases.alerts.unsilence(actor, query(RemoveSilenceQuery).id)
  return noContent()
})
