import { handleRoute, json } from '@/app/api/handle-route'
import { IdempotencyHeader, idempotencyKeyOf, StartRunBody } from '@/wire/runs'

export const dynamic = 'force-dynamic'

export const POST = handleRoute<{ id: string }>(async ({ useCases, actor, params, body, headers }) => {
  const wanted = await body(StartRunBody)
  return json(await useCases.runs.start(actor, { workflowId: params.id, ...wanted, idempotencyKey: idempotencyKeyOf(headers(IdempotencyHeader), wanted) }), 202)
})
