import { z } from 'zod'
import { ReportFigures } from '@/domain/metric/workflow-report'
import { Timestamp, timestamp } from './page'
import { RUN_STATUSES } from './runs'

/** Runs created within; left out: without that end. */
export const ReportQuery = z.strictObject({ from: z.iso.datetime({ offset: true }).optional(), to: z.iso.datetime({ offset: true }).optional() })

export const WorkflowReportBody = ReportFigures.extend({
  workflow: z.object({ id: z.string(), name: z.string() }),
  /** Only the newest thousand runs of the period are in it. */
  cut: z.boolean(),
  /** The newest hundred, one by one. */
  history: z.array(z.object({ id: z.string(), status: z.enum(RUN_STATUSES), createdAt: Timestamp, durationMs: z.number().nullable(), tokens: z.number(), /** Null: some of its calls have no price. */ cost: z.number().nullable(), error: z.string().nullable() })),
})
export type WorkflowReportBody = z.infer<typeof WorkflowReportBody>

type Measure = { id: string; status: (typeof RUN_STATUSES)[number]; createdAt: number; durationMs: number | undefined; calls: readonly { promptTokens: number; completionTokens: number }[]; failure: { message: string } | undefined; cost: number | null }
type Report = Omit<WorkflowReportBody, 'history'> & { history: readonly Measure[] }

export function workflowReportBody({ history, ...report }: Report): WorkflowReportBody {
  return {
    ...report,
    history: history.map(({ id, status, createdAt, durationMs, calls, failure, cost }) => ({
      id, status, createdAt: timestamp(createdAt), durationMs: durationMs ?? null, cost, error: failure?.message ?? null,
      tokens: calls.reduce((sum, call) => sum + call.promptTokens + call.completionTokens, 0),
    })),
  }
}
