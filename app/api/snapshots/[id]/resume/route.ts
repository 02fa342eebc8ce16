import { handleRoute, json } from '@/app/api/handle-route'

export const dynamic = 'force-dynamic'

export const POST = handleRoute<{ id: string }>(async ({ useCases, actor, params }) => {
  const { runId } = await useCases.snapshots.find(actor, params.id)
  return json(await useCases.runs.fork(actor, runId, { snapshotId: params.id, overrides: {} }), 202)
})
