import { handleRoute, json, noContent } from '@/app/api/handle-route'
import { runBody } from '@/wire/run-body'
import { RunStateQuery, snapshotBody, valuesAsked } from '@/wire/runs'

export const dynamic = 'force-dynamic'

type Params = { id: string }

export const GET = handleRoute<Params>(async ({ useCases, actor, params, query }) => {
  const snapshot = await useCases.snapshots.find(actor, params.id, valuesAsked(query(RunStateQuery)))
  return json({ ...snapshotBody(snapshot), rebuilt: snapshot.rebuilt, run: runBody(snapshot.runId, snapshot.state) })
})

export const DELETE = handleRoute<Params>(async ({ useCases, actor, params }) => {
  await useCases.snapshots.remove(actor, params.id)
  return noContent()
})
