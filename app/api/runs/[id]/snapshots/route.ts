import { handleRoute, json } from '@/app/api/handle-route'
import { SaveSnapshotBody, snapshotBody } from '@/wire/runs'

export const dynamic = 'force-dynamic'

type Params = { id: string }

export const GET = handleRoute<Params>(async ({ useCases, actor, params }) => json({ items: (await useCases.snapshots.list(actor, params.id)).map(snapshotBody), nextCursor: null }))

export const POST = handleRoute<Params>(async ({ useCases, actor, params, body }) => json(snapshotBody(await useCases.snapshots.save(actor, params.id, await body(SaveSnapshotBody))), 201))
