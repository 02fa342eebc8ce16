import { handleRoute, json } from '@/app/api/handle-route'
import { SnapshotPolicy } from '@/domain/run/snapshot-policy'

export const dynamic = 'force-dynamic'

type Params = { id: string }

export const GET = handleRoute<Params>(async ({ useCases, actor, params }) => json(await useCases.snapshots.policy(actor, params.id)))

export const PUT = handleRoute<Params>(async ({ useCases, actor, params, body }) => json(await useCases.snapshots.setPolicy(actor, params.id, await body(SnapshotPolicy))))
