import { handleRoute, json, noContent } from '@/app/api/handle-route'
import { ruleBody, RuleBodyGiven } from '@/wire/alerts'

export const dynamic = 'force-dynamic'

type Params = { id: string }

export const PUT = handleRoute<Params>(async ({ useCases, actor, params, body }) => json(ruleBody(await useCases.alertRules.update(actor, params.id, await body(RuleBodyGiven)))))

export const DELETE = handleRoute<Params>(async ({ useCases, actor, params }) => {
  await useCases.alertRules.remove(actor, params.id)
  return noContent()
})
