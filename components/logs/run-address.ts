import type { LogLineBody } from '@/wire/telemetry'

/** The run, at the step that the line speaks of. */
export function runAddress({ runId, nodeId }: Pick<LogLineBody, 'runId' | 'nodeId'>): string {
  return `/runs/${encodeURIComponent(runId ?? '')}${nodeId === undefined ? '' : `?step=${encodeURIComponent(nodeId)}`}`
}
