import { handleRoute, json } from '@/app/api/handle-route'
import { ToolTrialBody } from '@/wire/tool-trial'

export const dynamic = 'force-dynamic'

export const POST = handleRoute(async ({ useCases, actor, body }) => {
  const { tool, arguments: args } = await body(ToolTrialBody)
  return json(await useCases.tryTool(actor, tool, args))
})
