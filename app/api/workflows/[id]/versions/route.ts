import { handleRoute, json } from '@/app/api/handle-route'
import { timestamp } from '@/wire/page'

export const dynamic = 'force-dynamic'

export const GET = handleRoute<{ id: string }>(async ({ useCases, actor, params }) => {
  const versions = await useCases.workflows.versions(actor, params.id)
  return json({ items: versions.map(({ version, createdAt }) => ({ version, createdAt: timestamp(createdAt) })), nextCursor: null })
})
