import { handleRoute, json } from '@/app/api/handle-route'
import { retryAnswer, RetryRunsBody } from '@/wire/runs'

export const dynamic = 'force-dynamic'

export const POST = handleRoute(async ({ useCases, actor, body }) => json(retryAnswer(await useCases.runs.retry(actor, (await body(RetryRunsBody)).ids))))
