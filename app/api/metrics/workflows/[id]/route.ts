import { handleRoute, json } from '@/app/api/handle-route'
import { PeriodQuery, rangeOf } from '@/wire/samples'

export const dynamic = 'force-dynamic'

export const GET = handleRoute<{ id: string }>(async ({ useCases, actor, params, query }) => {
  const { from, to } = rangeOf(query(PeriodQuery))
  return json(await useCases.measure(actor, params.id, from === undefined && to === undefined ? undefined : { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }))
})
