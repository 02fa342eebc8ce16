import { handleRoute, json } from '@/app/api/handle-route'
import { agentChain } from '@/domain/template/agent-chain'
import { ChainBody, withTimes } from '@/wire/workflows'

export const dynamic = 'force-dynamic'

export const POST = handleRoute(async ({ useCases, actor, body }) => {
  const { name, description, agents } = await body(ChainBody)
  return json(withTimes(await useCases.workflows.create(actor, { name, description, graph: agentChain(agents) })), 201)
})
