import type { Json } from '@/domain/json'

/** A tool as its MCP server describes it. */
export type McpTool = { name: string; description: string; inputSchema: Record<string, Json> }

/** Asks an MCP server what it offers, behind the egress guard. @throws {AppError} */
export type ListMcpTools = (server: { url: string; headers: Record<string, string> }, signal: AbortSignal) => Promise<McpTool[]>
