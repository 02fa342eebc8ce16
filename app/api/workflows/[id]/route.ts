import { handleRoute, json, noContent } from '@/app/api/handle-route'
import { UpdateWorkflowBody, withTimes } from '@/wire/workflows'

export const dynamic = 'force-dynamic'

type Params = { id: string }

export const GET = handleRoute<Params>(async ({ useCases, actor, params }) => json(withTimes(await useCases.workflows.find(actor, params.id))))

export const PUT = handleRoute<Params>(async ({ useCases, actor, params, body }) => json(withTimes(await useCases.workflows.update(actor, params.id, await body(UpdateWorkflowBody)))))

export const DELETE = handleRoute<Params>(async ({ useCases, actor, params }) => {
  await useCases.workflows.remove(actor, params.id)
  return noContent()
})
