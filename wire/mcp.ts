import { z } from 'zod'

/** Where an MCP server is asked. Values of a template are not known here. */
export const McpServerBody = z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(2_000), headers: z.record(z.string().max(200), z.string().max(10_000)).default({}) })
export const McpToolsBody = z.object({ tools: z.array(z.object({ name: z.string(), description: z.string(), inputSchema: z.record(z.string(), z.json()) })) })
export type McpToolsBody = z.infer<typeof McpToolsBody>
