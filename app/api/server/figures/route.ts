import { handleRoute, json } from '@/app/api/handle-route'
import { serverFiguresBody } from '@/wire/server'

export const dynamic = 'force-dynamic'

export const GET = handleRoute(async ({ useCases, actor }) => json(serverFiguresBody(await useCases.server.figures(actor))))
