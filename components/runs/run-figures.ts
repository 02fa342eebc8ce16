import type { EpochMs } from '@/domain/json'
import { isFinished, type RunState, type Step } from '@/domain/run/run-state'

export type Tokens = { prompt: number; cached: number; completion: number }

/** All model calls of a run so far. Steps taken over from a parent cost nothing here. */
export function totalTokens(run: RunState): Tokens {
  const total: Tokens = { prompt: 0, cached: 0, completion: 0 }
  for (const step of Object.values(run.steps)) {
    if (step.reusedFrom !== undefined || !step.usage) continue
    total.prompt += step.usage.promptTokens
    total.cached += step.usage.cachedTokens ?? 0
    total.completion += step.usage.completionTokens
  }
  return total
}

/** From start to end, or to `now` while it goes on. */
export function stepDuration(step: Step, now: EpochMs): number | undefined {
  if (step.startedAt === undefined || step.reusedFrom !== undefined) return undefined
  return Math.max(0, (step.finishedAt ?? now) - step.startedAt)
}

export function runDuration(run: RunState, now: EpochMs): number | undefined {
  const from = run.startedAt ?? run.createdAt
  if (from === undefined) return undefined
  return Math.max(0, (isFinished(run) ? (run.finishedAt ?? now) : now) - from)
}

/** The end of what the newest attempt has written: all that fits a node. */
export function lastText(step: Step, most = 400): string {
  const text = step.attempts.at(-1)?.text ?? ''
  return text.length > most ? `…${text.slice(-most)}` : text
}

/** What a settled step without a text of its own came to, in one line that fits a node. */
export function outputLine(step: Step, most = 160): string {
  const { state } = step
  if (state.kind !== 'completed' || state.output === null) return ''
  const text = typeof state.output === 'string' ? state.output : JSON.stringify(state.output)
  return text.length > most ? `${text.slice(0, most)}…` : text
}

/** The whole text a step wrote; a fork's reused step has it in its output only. */
export function textOfStep(step: Step): string {
  const streamed = step.attempts.at(-1)?.text ?? ''
  if (streamed !== '') return streamed
  const output = step.state.kind === 'completed' ? step.state.output : undefined
  return typeof output === 'object' && output !== null && !Array.isArray(output) && typeof output.text === 'string' ? output.text : ''
}

/** Inner steps of a map: how many are done, of how many that have begun. */
export function innerProgress(run: RunState, mapId: string): { done: number; failed: number; seen: number } | undefined {
  let done = 0
  let failed = 0
  let seen = 0
  for (const [key, step] of Object.entries(run.steps)) {
    if (!key.startsWith(`${mapId}[`)) continue
    seen += 1
    if (step.state.kind === 'completed') done += 1
    if (step.state.kind === 'failed') failed += 1
  }
  return seen === 0 ? undefined : { done, failed, seen }
}
