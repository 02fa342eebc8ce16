import { handleRoute, json } from '@/app/api/handle-route'
import { healthBody } from '@/wire/telemetry'

export const dynamic = 'force-dynamic'

export const GET = handleRoute(({ useCases }) => json(healthBody(useCases.telemetry.health())))
