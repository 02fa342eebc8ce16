import { handleRoute, json } from '@/app/api/handle-route'
import { McpServerBody } from '@/wire/mcp'

export const dynamic = 'force-dynamic'

export const POST = handleRoute(async ({ useCases, actor, body }) => json({ tools: await useCases.mcpTools(actor, await body(McpServerBody)) }))
