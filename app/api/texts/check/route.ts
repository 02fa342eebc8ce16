import { handleRoute, json } from '@/app/api/handle-route'
import { CheckTextsBody } from '@/wire/preview'

export const dynamic = 'force-dynamic'

export const POST = handleRoute(async ({ useCases, actor, body }) => json({ faults: await useCases.checkTexts(actor, (await body(CheckTextsBody)).texts) }))
