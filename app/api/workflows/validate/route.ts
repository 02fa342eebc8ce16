import { handleRoute, json } from '@/app/api/handle-route'
import { ValidateBody } from '@/wire/workflows'

export const dynamic = 'force-dynamic'

export const POST = handleRoute(async ({ useCases, actor, body }) => {
  const { graph, workflowId } = await body(ValidateBody)
  const issues = await useCases.workflows.validate(actor, graph, workflowId)
  return json({ valid: issues.length === 0, issues })
})
