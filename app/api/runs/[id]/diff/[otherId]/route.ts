import { handleRoute, json } from '@/app/api/handle-route'
import { diffRuns } from '@/domain/run/diff-runs'
import { diffSideBody } from '@/wire/run-body'
import { RunStateQuery } from '@/wire/runs'

export const dynamic = 'force-dynamic'

export const GET = handleRoute<{ id: string; otherId: string }>(async ({ useCases, actor, params, query }) => {
  const { outputs } = query(RunStateQuery)
  const side = async (id: string) => ({ graph: await useCases.runs.graph(actor, id), run: (await useCases.runs.state(actor, id)).run })
  // Told apart by what they hold; what is not asked for is left out of the answer afterwards.
  const nodes = diffRuns(await side(params.id), await side(params.otherId), await useCases.tokenPrices.current())
  if (outputs === 'whole') return json({ nodes })
  const [a, b] = [(await useCases.runs.state(actor, params.id, 'apart')).run, (await useCases.runs.state(actor, params.otherId, 'apart')).run]
  return json({ nodes: nodes.map((node) => ({ ...node, a: diffSideBody(node.a, a, node.nodeId), b: diffSideBody(node.b, b, node.nodeId) })) })
})
