import { handleRoute, json } from '@/app/api/handle-route'
import { IdempotencyHeader, idempotencyKeyOf, QuickRunBody } from '@/wire/runs'

export const dynamic = 'force-dynamic'

export const POST = handleRoute(async ({ useCases, actor, body, headers }) =>
  json(await useCases.runs.quick(actor, { ...(await body(QuickRunBody)), idempotencyKey: idempotencyKeyOf(headers(IdempotencyHeader)) }), 202))
