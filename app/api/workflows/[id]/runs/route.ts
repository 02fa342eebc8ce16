import { handleRoute, json } from '@/app/api/handle-route'
import { IdempotencyHeader, idempotencyKeyOf, StartRunBody } from '@/wire/runs'

export const dynamic = 'force-dynamic'

export const POST = handleRoute<{ id: string }>(async ({ useCases, actor, params, body, headers }) => {
  const { trial, input, ...wanted } = await body(StartRunBody)
  if (trial) return json(await useCases.runs.try(actor, { workflowId: params.id, trial, input, priority: wanted.priority }), 202)
  return json(await useCases.runs.start(actor, { workflowId: params.id, input: input ?? {}, ...wanted, idempotencyKey: idempotencyKeyOf(headers(IdempotencyHeader), wanted) }), 202)
})
