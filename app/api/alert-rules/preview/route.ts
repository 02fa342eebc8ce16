import { handleRoute, json } from '@/app/api/handle-route'
import { previewAnswer, PreviewBody } from '@/wire/alerts'

export const dynamic = 'force-dynamic'

export const POST = handleRoute(async ({ useCases, actor, body }) => {
  const { rule, hours } = await body(PreviewBody)
  return json(previewAnswer(await useCases.alertRules.preview(actor, rule, hours)))
})
