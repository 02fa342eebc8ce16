import { handleRoute, json } from '@/app/api/handle-route'
import { alertBody } from '@/wire/alerts'

export const dynamic = 'force-dynamic'

type Params = { id: string }

export const POST = handleRoute<Params>(async ({ useCases, actor, params }) => json(alertBody(await useCases.alerts.acknowledge(actor, params.id))))
