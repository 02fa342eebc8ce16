import { handleRoute, json } from '@/app/api/handle-route'
import { diffRuns } from '@/domain/run/diff-runs'

export const dynamic = 'force-dynamic'

export const GET = handleRoute<{ id: string; otherId: string }>(async ({ useCases, actor, params }) => {
  const side = async (id: string) => {
    const { runId, state } = await useCases.snapshots.find(actor, id)
    return { graph: await useCases.runs.graph(actor, runId), run: state }
  }
  return json({ nodes: diffRuns(await side(params.id), await side(params.otherId), await useCases.tokenPrices.current()) })
})
