import type { ListMcpTools, McpTool } from '@/server/ports/mcp-tools'
import { authorise, type Actor } from './actor'

/** Who asks waits in a form. */
const LONGEST_MS = 15_000

/** What an MCP server offers, for whoever chooses a tool of it. @throws {AppError} a server that cannot be reached, or is none */
export function listMcpTools({ mcpTools }: { mcpTools: ListMcpTools }) {
  return (actor: Actor, server: { url: string; headers: Record<string, string> }): Promise<McpTool[]> => {
    // It makes this server call another.
    authorise(actor, 'runs.write')
    return mcpTools(server, AbortSignal.timeout(LONGEST_MS))
  }
}
