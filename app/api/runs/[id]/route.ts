import { handleRoute, json } from '@/app/api/handle-route'
import { runBody } from '@/wire/run-body'

export const dynamic = 'force-dynamic'

export const GET = handleRoute<{ id: string }>(async ({ useCases, actor, params }) => {
  const { id, run, turn } = await useCases.runs.state(actor, params.id)
  return json(runBody(id, run, turn))
})
