import { handleRoute, json } from '@/app/api/handle-route'
import { workflowVersionBody } from '@/wire/workflows'

export const dynamic = 'force-dynamic'

export const GET = handleRoute<{ id: string }>(async ({ useCases, actor, params }) => json({ items: (await useCases.workflows.versions(actor, params.id)).map(workflowVersionBody), nextCursor: null }))
