import { handleRoute, json } from '@/app/api/handle-route'

export const dynamic = 'force-dynamic'

export const POST = handleRoute<{ id: string }>(async ({ useCases, actor, params }) => {
  await useCases.runs.cancel(actor, params.id)
  return json({ id: params.id, status: 'cancelled' })
})
