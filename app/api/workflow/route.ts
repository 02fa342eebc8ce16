import { handleRoute, json } from '@/app/api/handle-route'
import { readTraceparent } from '@/domain/run/trace-parent'
import { IdempotencyHeader, idempotencyKeyOf, QuickRunBody } from '@/wire/runs'

export const dynamic = 'force-dynamic'

export const POST = handleRoute(async ({ useCases, actor, body, header, headers }) =>
  json(await useCases.runs.quick(actor, { ...(await body(QuickRunBody)), idempotencyKey: idempotencyKeyOf(headers(IdempotencyHeader)), trace: readTraceparent(header('traceparent')) }), 202))
