import { handleRoute, json } from '@/app/api/handle-route'
import { openApiDocument } from '@/wire/openapi'

export const dynamic = 'force-dynamic'

export const GET = handleRoute(({ useCases }) => json(openApiDocument(useCases.telemetry.health().version)))
