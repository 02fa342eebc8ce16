import { handleRoute, json } from '@/app/api/handle-route'
import { deliveryBody } from '@/wire/triggers'

export const dynamic = 'force-dynamic'

/** Deliveries shown at once. */
const SHOWN = 60

export const GET = handleRoute<{ id: string }>(async ({ useCases, actor, params }) => json({ items: (await useCases.hooks.deliveries(actor, params.id, SHOWN)).map(deliveryBody), nextCursor: null }))
