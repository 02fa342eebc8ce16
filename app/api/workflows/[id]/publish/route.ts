import { handleRoute, json } from '@/app/api/handle-route'
import { PublishBody } from '@/wire/workflows'

export const dynamic = 'force-dynamic'

export const POST = handleRoute<{ id: string }>(async ({ useCases, actor, params, body }) => {
  const { note } = await body(PublishBody)
  return json({ version: (await useCases.workflows.publish(actor, params.id, note)).version })
})
