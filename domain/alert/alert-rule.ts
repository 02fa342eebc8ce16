import { z } from 'zod'
import { METRIC_IDS, metricOf } from './metric-catalogue'

const DAY_MS = 86_400_000

/** What a person writes; the threshold is in the metric's unit, and is itself no breach. */
export const RuleDraft = z.strictObject({
  name: z.string().trim().min(1).max(120),
  metric: z.enum(METRIC_IDS),
  /** Only these subjects; without: an alert of its own for every one. */
  filter: z.strictObject({ workflowId: z.string().min(1).max(64).optional(), nodeId: z.string().min(1).max(200).optional() }).default({}),
  is: z.enum(['above', 'below']),
  threshold: z.number(),
  /** What is looked at: this long before now. */
  windowMs: z.int().min(10_000).max(DAY_MS),
  /** How long the breach has to last before the alert fires. */
  forMs: z.int().min(0).max(DAY_MS).default(0),
  /** How long all has to be well before a firing alert ends. */
  keepFiringMs: z.int().min(0).max(DAY_MS).default(0),
  severity: z.enum(['info', 'warning', 'critical']),
  /** What a window without a value counts as. `show`: a state of its own; `keep`: as if it had not been looked at. */
  noData: z.enum(['show', 'ok', 'breach', 'keep']).default('show'),
  enabled: z.boolean().default(true),
}).superRefine(({ metric, filter }, context) => {
  const { scope } = metricOf(metric)
  if (filter.workflowId !== undefined && scope === 'fleet') context.addIssue({ code: 'custom', path: ['filter', 'workflowId'], message: 'A figure of the fleet has no workflow: leave this out' })
  if (filter.nodeId !== undefined && scope !== 'agent') context.addIssue({ code: 'custom', path: ['filter', 'nodeId'], message: 'Only a figure of agents has a node: leave this out' })
})
export type RuleDraft = z.infer<typeof RuleDraft>

/** The part of a rule that judges values. */
export type Judge = Pick<RuleDraft, 'is' | 'threshold' | 'forMs' | 'keepFiringMs' | 'noData'>

export const READY_MADE_IDS = ['failureRate', 'meanDuration', 'agentSuccess'] as const

/** The rules to begin with. Names are the reader's: the page gives them. */
export const READY_MADE: Record<(typeof READY_MADE_IDS)[number], Omit<RuleDraft, 'name'>> = {
  failureRate: { metric: 'workflow.failureRate', filter: {}, is: 'above', threshold: 0.3, windowMs: 900_000, forMs: 0, keepFiringMs: 60_000, severity: 'critical', noData: 'keep', enabled: true },
  meanDuration: { metric: 'workflow.durationMean', filter: {}, is: 'above', threshold: 5_000, windowMs: 900_000, forMs: 60_000, keepFiringMs: 60_000, severity: 'warning', noData: 'ok', enabled: true },
  agentSuccess: { metric: 'agent.successRate', filter: {}, is: 'below', threshold: 0.5, windowMs: 900_000, forMs: 0, keepFiringMs: 60_000, severity: 'critical', noData: 'keep', enabled: true },
}
