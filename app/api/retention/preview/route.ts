import { handleRoute, json } from '@/app/api/handle-route'
import { RetentionPolicy } from '@/domain/retention/retention-policy'
import { retentionPreviewBody } from '@/wire/retention'

export const dynamic = 'force-dynamic'

export const POST = handleRoute(async ({ useCases, actor, body }) => json(retentionPreviewBody(await useCases.retention.preview(actor, await body(RetentionPolicy)))))
