import { handleRoute, json } from '@/app/api/handle-route'
import { TextPreviewBody, previewAnswer } from '@/wire/preview'

export const dynamic = 'force-dynamic'

export const POST = handleRoute<{ id: string }>(async ({ useCases, actor, params, body }) => json(previewAnswer(await useCases.preview(actor, { workflowId: params.id, ...(await body(TextPreviewBody)) }))))
