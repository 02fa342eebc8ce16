import { nodeOfStep } from '@/domain/metric/run-executions'

/** What the run page reads first; the page asks for it ahead by the same words. */
export function runLogPath(runId: string, after: number): string {
  return `/api/runs/${encodeURIComponent(runId)}/events?after=${after}&outputs=reference`
}

/** One value that came as a reference, whole. */
export function runValuePath(runId: string, hash: string): string {
  return `/api/runs/${encodeURIComponent(runId)}/values/${hash}`
}

/** The page that shows these forks of a run side by side; without ids, the newest ones. */
export function branchesPath(runId: string, ids: readonly string[] = []): string {
  const query = ids.map((id) => `run=${encodeURIComponent(id)}`).join('&')
  return `/runs/${encodeURIComponent(runId)}/branches${query === '' ? '' : `?${query}`}`
}

export function runGraphPath(runId: string): string {
  return `/api/runs/${encodeURIComponent(runId)}/graph`
}

/** The editor, at the node that a step was of. */
export function nodePath(workflowId: string, stepKey: string): string {
  return `/workflows/${encodeURIComponent(workflowId)}?node=${encodeURIComponent(nodeOfStep(stepKey))}`
}
