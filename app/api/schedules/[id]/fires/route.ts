import { handleRoute, json } from '@/app/api/handle-route'
import { fireBody } from '@/wire/triggers'

export const dynamic = 'force-dynamic'

/** Fires shown at once. */
const SHOWN = 50

export const GET = handleRoute<{ id: string }>(async ({ useCases, actor, params }) => json({ items: (await useCases.schedules.fires(actor, params.id, SHOWN)).map(fireBody), nextCursor: null }))
