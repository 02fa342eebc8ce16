import { handleRoute, json } from '@/app/api/handle-route'
import { allTemplates } from '@/domain/template/all-templates'

export const dynamic = 'force-dynamic'

export const GET = handleRoute(() => json({ items: allTemplates, nextCursor: null }))
