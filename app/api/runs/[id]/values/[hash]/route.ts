import { handleRoute } from '@/app/api/handle-route'

export const dynamic = 'force-dynamic'

export const GET = handleRoute<{ id: string; hash: string }>(async ({ useCases, actor, params }) =>
  // Its name is its content: what was read once need not be read again.
  new Response(await useCases.runs.largeValue(actor, params.id, params.hash), { headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'private, max-age=86400, immutable' } }))
