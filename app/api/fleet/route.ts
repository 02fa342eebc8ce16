import { handleRoute, json } from '@/app/api/handle-route'

export const dynamic = 'force-dynamic'

export const GET = handleRoute(({ useCases, actor }) => json(useCases.telemetry.fleet(actor)))
