import { z } from 'zod'
import { ExecutionFigures } from '@/domain/metric/execution-figures'
import { ExecutionStatistics } from '@/domain/metric/statistics'
import { STEPS_MS, type StepMs } from '@/domain/metric/time-steps'
import { Timestamp, timestamp } from './page'

const Step = z.coerce.number().refine((ms): ms is StepMs => STEPS_MS.some((step) => step === ms), `One of ${STEPS_MS.join(', ')}`)

/** `from`, `to` left out: the last quarter of an hour, until now. `stepMs` left out: one that makes a chart of it. */
export const SeriesQuery = z.strictObject({ from: z.iso.datetime({ offset: true }).optional(), to: z.iso.datetime({ offset: true }).optional(), stepMs: Step.optional() })

export const PeriodQuery = SeriesQuery.omit({ stepMs: true })

export function rangeOf({ from, to, stepMs }: z.infer<typeof PeriodQuery> & { stepMs?: StepMs | undefined }): { from?: number; to?: number; step?: StepMs } {
  return { ...(from !== undefined && { from: Date.parse(from) }), ...(to !== undefined && { to: Date.parse(to) }), ...(stepMs !== undefined && { step: stepMs }) }
}

/** Means over the step that begins at `at`; the `Max` ones are the most. What is not known is absent, and so is a step nothing is known of. */
const FleetPointBody = z.object({
  at: Timestamp, running: z.number().optional(), waiting: z.number().optional(), waitingMax: z.number().optional(), kvUsage: z.number().optional(), kvUsageMax: z.number().optional(),
  hitRate: z.number().optional(), ttftMs: z.number().optional(), interTokenMs: z.number().optional(),
})

/** `@router` stands for the router itself, where calls wait before they are sent. */
export const FleetSeriesBody = z.object({ stepMs: z.number(), from: Timestamp, to: Timestamp, series: z.array(z.object({ instance: z.string(), simulated: z.boolean(), points: z.array(FleetPointBody) })) })
export type FleetSeriesBody = z.infer<typeof FleetSeriesBody>

type Timed<T> = { stepMs: number; from: number; to: number; series: readonly T[] }

export function fleetSeriesBody({ stepMs, from, to, series }: Timed<{ instance: string; simulated: boolean; points: readonly ({ at: number } & Omit<z.infer<typeof FleetPointBody>, 'at'>)[] }>): FleetSeriesBody {
  return { stepMs, from: timestamp(from), to: timestamp(to), series: series.map((one) => ({ ...one, points: one.points.map((point) => ({ ...point, at: timestamp(point.at) })) })) }
}

/** A sample on the live topic `metrics`: what an instance, or the router, showed in a second; or what a workflow's runs took that ended in a step. One that comes again has grown. */
export type MetricEvent =
  | ({ kind: 'fleet'; subject: string; simulated: boolean; stepMs: number } & z.infer<typeof FleetPointBody>)
  | ({ kind: 'workflow'; subject: string; stepMs: number; at: string } & ExecutionFigures)

type FleetLooks = { stepMs: number; series: readonly { instance: string; simulated: boolean; points: readonly ({ at: number } & Omit<z.infer<typeof FleetPointBody>, 'at'>)[] }[] }

export function metricEvents({ stepMs, series }: FleetLooks, workflows: readonly ({ workflowId: string; stepMs: number; at: number } & ExecutionFigures)[]): MetricEvent[] {
  return [
    ...series.flatMap(({ instance, simulated, points }) => points.map((point): MetricEvent => ({ ...point, kind: 'fleet', subject: instance, simulated, stepMs, at: timestamp(point.at) }))),
    ...workflows.map(({ workflowId, at, ...figures }): MetricEvent => ({ ...figures, kind: 'workflow', subject: workflowId, at: timestamp(at) })),
  ]
}

/** A step without a point had no executions. */
const ExecutionSeriesBody = z.object({ total: ExecutionStatistics.extend({ perMinute: z.number(), /** Of the model calls; null: some have no price. */ cost: z.number().nullable() }), points: z.array(ExecutionFigures.extend({ at: Timestamp })) })
type ExecutionSeriesBody = z.infer<typeof ExecutionSeriesBody>
type ExecutionSeries = Omit<ExecutionSeriesBody, 'points'> & { points: readonly (ExecutionFigures & { at: number })[] }

/** `from` and `to` are the ends of whole steps. Most executions first; `points` are of the first twelve. `name` is null where the workflow has been deleted. */
export const AllExecutionsBody = z.object({ stepMs: z.number(), from: Timestamp, to: Timestamp, all: ExecutionSeriesBody, workflows: z.array(ExecutionSeriesBody.extend({ workflowId: z.string(), name: z.string().nullable() })) })
export type AllExecutionsBody = z.infer<typeof AllExecutionsBody>

export const WorkflowExecutionsBody = z.object({ stepMs: z.number(), from: Timestamp, to: Timestamp, workflow: ExecutionSeriesBody, agents: z.record(z.string(), ExecutionSeriesBody) })
export type WorkflowExecutionsBody = z.infer<typeof WorkflowExecutionsBody>

export function allExecutionsBody({ from, to, all, workflows, stepMs }: { stepMs: number; from: number; to: number; all: ExecutionSeries; workflows: readonly (ExecutionSeries & { workflowId: string; name: string | null })[] }): AllExecutionsBody {
  return { stepMs, from: timestamp(from), to: timestamp(to), all: seriesBody(all), workflows: workflows.map((one) => ({ ...seriesBody(one), workflowId: one.workflowId, name: one.name })) }
}

export function workflowExecutionsBody({ from, to, workflow, agents, stepMs }: { stepMs: number; from: number; to: number; workflow: ExecutionSeries; agents: Readonly<Record<string, ExecutionSeries>> }): WorkflowExecutionsBody {
  return { stepMs, from: timestamp(from), to: timestamp(to), workflow: seriesBody(workflow), agents: Object.fromEntries(Object.entries(agents).map(([node, series]) => [node, seriesBody(series)])) }
}

function seriesBody({ total, points }: ExecutionSeries): ExecutionSeriesBody {
  return { total, points: points.map((point) => ({ ...point, at: timestamp(point.at) })) }
}
