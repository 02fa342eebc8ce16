import { handleRoute, json } from '@/app/api/handle-route'

export const dynamic = 'force-dynamic'

export const GET = handleRoute(async ({ useCases, actor }) => json(await useCases.telemetry.logSummary(actor)))
