import { handleRoute, json, noContent } from '@/app/api/handle-route'
import { readTraceparent } from '@/domain/run/trace-parent'
import { hookBody, HookChange } from '@/wire/triggers'

export const dynamic = 'force-dynamic'

type Params = { id: string }

/** Where senders put the name of a delivery, and its signature: ours, GitHub's, the webhook standard's. */
const DELIVERY_HEADERS = ['x-heddle-delivery', 'x-github-delivery', 'webhook-id', 'idempotency-key']
const SIGNATURE_HEADERS = ['x-heddle-signature', 'x-hub-signature-256']

export const POST = handleRoute<Params>(async ({ useCases, params, header, raw, signal }) => {
  const first = (names: readonly string[]) => names.map(header).find((value) => value !== null) ?? null
  const { ended, ...run } = await useCases.hooks.receive({ hookId: params.id, authorization: header('authorization'), signature: first(SIGNATURE_HEADERS), deliveryId: first(DELIVERY_HEADERS), trace: readTraceparent(header('traceparent')), read: raw, signal })
  return ended ? json({ ...run, output: ended.output ?? null, error: ended.error ?? null }) : json(run, 202)
})

export const GET = handleRoute<Params>(async ({ useCases, actor, params }) => json(hookBody(await useCases.hooks.find(actor, params.id))))

export const PUT = handleRoute<Params>(async ({ useCases, actor, params, body }) => json(hookBody(await useCases.hooks.update(actor, params.id, await body(HookChange)))))

export const DELETE = handleRoute<Params>(async ({ useCases, actor, params }) => {
  await useCases.hooks.remove(actor, params.id)
  return noContent()
})
