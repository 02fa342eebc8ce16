import { handleRoute, json } from '@/app/api/handle-route'
import { readTraceparent } from '@/domain/run/trace-parent'
import { IdempotencyHeader, idempotencyKeyOf, StartRunBody } from '@/wire/runs'

export const dynamic = 'force-dynamic'

export const POST = handleRoute<{ id: string }>(async ({ useCases, actor, params, body, header, headers }) => {
  const { trial, input, ...wanted } = await body(StartRunBody)
  if (trial) return json(await useCases.runs.try(actor, { workflowId: params.id, trial, input, priority: wanted.priority }), 202)
  return json(await useCases.runs.start(actor, { workflowId: params.id, input: input ?? {}, ...wanted, idempotencyKey: idempotencyKeyOf(headers(IdempotencyHeader), wanted), trace: readTraceparent(header('traceparent')) }), 202)
})
