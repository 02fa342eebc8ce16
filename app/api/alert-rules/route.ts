import { handleRoute, json } from '@/app/api/handle-route'
import { ruleBody, RuleBodyGiven } from '@/wire/alerts'

export const dynamic = 'force-dynamic'

export const GET = handleRoute(async ({ useCases, actor }) => json({ items: (await useCases.alertRules.list(actor)).map(ruleBody), nextCursor: null }))

export const POST = handleRoute(async ({ useCases, actor, body }) => json(ruleBody(await useCases.alertRules.create(actor, await body(RuleBodyGiven))), 201))
