import { handleRoute, json } from '@/app/api/handle-route'
import { runBody } from '@/wire/run-body'
import { RunStateQuery, valuesAsked } from '@/wire/runs'

export const dynamic = 'force-dynamic'

export const GET = handleRoute<{ id: string }>(async ({ useCases, actor, params, query }) => {
  const { id, run, turn } = await useCases.runs.state(actor, params.id, valuesAsked(query(RunStateQuery)))
  return json(runBody(id, run, turn))
})
