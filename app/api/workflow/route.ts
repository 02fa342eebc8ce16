import { handleRoute, json } from '@/app/api/handle-route'
import { QuickRunBody } from '@/wire/runs'

export const dynamic = 'force-dynamic'

export const POST = handleRoute(async ({ useCases, actor, body }) => json(await useCases.runs.quick(actor, await body(QuickRunBody)), 202))
