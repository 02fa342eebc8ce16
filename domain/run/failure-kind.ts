import { z } from 'zod'
import type { RunState } from './run-state'

/** Whether a run that failed may go better when it is tried again as it is, or needs a change first. */
export const FailureKind = z.enum(['retryable', 'final'])
export type FailureKind = z.infer<typeof FailureKind>

/**
 * Of a map that gave up the steps inside decide: the map itself is never worth another try.
 * @returns undefined for a run that has not failed
 */
export function failureKindOf({ status, error, failedNode, steps }: RunState): FailureKind | undefined {
  if (status !== 'failed' || !error) return undefined
  const inside = failedNode === undefined ? [] : Object.entries(steps).filter(([key]) => key.startsWith(`${failedNode}[`))
  const failed = inside.flatMap(([key, { state }]) => (state.kind === 'failed' && !inside.some(([other]) => other.startsWith(`${key}[`)) ? [state.error] : []))
  const causes = failed.length > 0 ? failed : [error]
  return causes.every(({ retryable }) => retryable) ? 'retryable' : 'final'
}
