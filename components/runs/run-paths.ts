/** What the run page reads first; the page asks for it ahead by the same words. */
export function runLogPath(runId: string, after: number): string {
  return `/api/runs/${encodeURIComponent(runId)}/events?after=${after}`
}

export function runGraphPath(runId: string): string {
  return `/api/runs/${encodeURIComponent(runId)}/graph`
}
