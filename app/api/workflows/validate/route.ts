import { handleRoute, json } from '@/app/api/handle-route'
import { ValidateBody } from '@/wire/workflows'

export const dynamic = 'force-dynamic'

export const POST = handleRoute(async ({ useCases, actor, body }) => {
  const issues = useCases.workflows.validate(actor, (await body(ValidateBody)).graph)
  return json({ valid: issues.length === 0, issues: issues.map(({ params: _, ...issue }) => issue) })
})
