import { handleRoute, json } from '@/app/api/handle-route'
import { VersionNumber, workflowVersionBody } from '@/wire/workflows'

export const dynamic = 'force-dynamic'

export const GET = handleRoute<{ id: string; version: string }>(async ({ useCases, actor, params }) => {
  const frozen = await useCases.workflows.version(actor, params.id, VersionNumber.parse(params.version))
  return json({ ...workflowVersionBody(frozen), graph: frozen.graph })
})
