import { isAppError } from '@/domain/error'
import type { Tool } from '@/domain/graph/agent-tools'
import type { Json } from '@/domain/json'
import type { Clock } from '@/server/ports/clock'
import type { Logger } from '@/server/ports/log-store'
import type { CallTool } from '@/server/ports/tool-trial'
import { authorise, nameOf, type Actor } from './actor'

/** Who asks waits in a form. */
const LONGEST_MS = 60_000

type ToolTried = { durationMs: number } & ({ output: Json } | { error: { code: string; message: string; hint: string | undefined } })

/** Calls a tool once, for whoever writes it. What it did outside is done: the log says who had it done, not with what. */
export function tryTool({ callTool, clock, logger }: { callTool: CallTool; clock: Pick<Clock, 'now'>; logger: Logger }) {
  return async (actor: Actor, tool: Tool, args: Json): Promise<ToolTried> => {
    authorise(actor, 'runs.write')
    const from = clock.now()
    const end = (outcome: string): number => {
      logger({ level: 'INFO', component: 'tools', category: 'security', message: `Tool "${tool.name}" was tried by ${nameOf(actor)}: ${outcome}`, data: { kind: tool.run?.kind ?? null } })
      return clock.now() - from
    }
    try {
      const output = await callTool(tool, args, AbortSignal.timeout(Math.min(tool.timeoutMs ?? LONGEST_MS, LONGEST_MS)))
      return { durationMs: end('completed'), output }
    } catch (error) {
      const code = isAppError(error) ? error.code : error instanceof DOMException && error.name === 'TimeoutError' ? 'TIMEOUT' : 'INTERNAL'
      return { durationMs: end(code), error: { code, message: error instanceof Error ? error.message : String(error), hint: isAppError(error) ? error.hint : undefined } }
    }
  }
}
