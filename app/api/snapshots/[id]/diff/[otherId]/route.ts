import { handleRoute, json } from '@/app/api/handle-route'
import { diffRuns } from '@/domain/run/diff-runs'
import { diffSideBody } from '@/wire/run-body'
import { RunStateQuery } from '@/wire/runs'

export const dynamic = 'force-dynamic'

export const GET = handleRoute<{ id: string; otherId: string }>(async ({ useCases, actor, params, query }) => {
  const { outputs } = query(RunStateQuery)
  const side = async (id: string) => {
    const { runId, state } = await useCases.snapshots.find(actor, id)
    return { graph: await useCases.runs.graph(actor, runId), run: state }
  }
  // Told apart by what they hold; what is not asked for is left out of the answer afterwards.
  const nodes = diffRuns(await side(params.id), await side(params.otherId), await useCases.tokenPrices.current())
  if (outputs === 'whole') return json({ nodes })
  const [a, b] = [(await useCases.snapshots.find(actor, params.id, 'apart')).state, (await useCases.snapshots.find(actor, params.otherId, 'apart')).state]
  return json({ nodes: nodes.map((node) => ({ ...node, a: diffSideBody(node.a, a, node.nodeId), b: diffSideBody(node.b, b, node.nodeId) })) })
})
