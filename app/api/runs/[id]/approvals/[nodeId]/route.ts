import { handleRoute, json } from '@/app/api/handle-route'
import { ApprovalBody } from '@/wire/runs'

export const dynamic = 'force-dynamic'

export const POST = handleRoute<{ id: string; nodeId: string }>(async ({ useCases, actor, params, body }) => {
  const answer = await body(ApprovalBody)
  await useCases.runs.answer(actor, params.id, params.nodeId, answer)
  return json({ id: params.id, nodeId: params.nodeId, decision: answer.decision })
})
