import { handleRoute, json } from '@/app/api/handle-route'
import { CreateWorkflowBody, withTimes, WorkflowQuery } from '@/wire/workflows'

export const dynamic = 'force-dynamic'

export const GET = handleRoute(async ({ useCases, actor, query }) => {
  const page = await useCases.workflows.list(actor, query(WorkflowQuery))
  return json({ items: page.items.map(withTimes), nextCursor: page.nextCursor })
})

export const POST = handleRoute(async ({ useCases, actor, body }) => json(withTimes(await useCases.workflows.create(actor, await body(CreateWorkflowBody))), 201))
