import { handleRoute, json } from '@/app/api/handle-route'
import { TryDeliveryBody } from '@/wire/alerts'

export const dynamic = 'force-dynamic'

export const POST = handleRoute(async ({ useCases, actor, body }) => {
  const { target, ruleId } = await body(TryDeliveryBody)
  await useCases.alertRules.tryDelivery(actor, target, ruleId)
  return json({ delivered: true })
})
