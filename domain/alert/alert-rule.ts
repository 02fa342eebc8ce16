import { z } from 'zod'
import { isLookedUp, METRIC_IDS, metricOf } from './metric-catalogue'

const DAY_MS = 86_400_000

/** Who is told. A webhook with a secret is signed; of Slack and its likes the address itself is the secret. */
export const DeliveryTarget = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('webhook'), url: z.url({ protocol: /^https?$/ }).max(2_000), secret: z.string().min(16).max(200).optional() }),
  z.strictObject({ kind: z.literal('slack'), url: z.url({ protocol: /^https?$/ }).max(2_000) }),
])
export type DeliveryTarget = z.infer<typeof DeliveryTarget>

/** What is measured, and when that is a breach. The threshold is in the metric's unit, and is itself no breach. */
const measured = {
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
}

/** What a person writes. */
export const RuleDraft = z.strictObject({
  name: z.string().trim().min(1).max(120),
  ...measured,
  enabled: z.boolean().default(true),
  delivery: z.array(DeliveryTarget).max(5).default([]).refine((targets) => new Set(targets.map((one) => one.url)).size === targets.length, 'Give each address once'),
}).superRefine(filterFits)
export type RuleDraft = z.infer<typeof RuleDraft>

/** A rule as far as its preview needs it. */
export const MeasuredRule = z.strictObject(measured).superRefine(filterFits)
export type MeasuredRule = z.infer<typeof MeasuredRule>

function filterFits({ metric, filter }: Pick<RuleDraft, 'metric' | 'filter'>, context: z.RefinementCtx): void {
  const { scope } = metricOf(metric)
  if (filter.workflowId !== undefined && isLookedUp(scope)) context.addIssue({ code: 'custom', path: ['filter', 'workflowId'], message: `A figure of the ${scope} has no workflow: leave this out` })
  if (filter.nodeId !== undefined && scope !== 'agent') context.addIssue({ code: 'custom', path: ['filter', 'nodeId'], message: 'Only a figure of agents has a node: leave this out' })
}

/** The part of a rule that judges values. */
export type Judge = Pick<RuleDraft, 'is' | 'threshold' | 'forMs' | 'keepFiringMs' | 'noData'>

export const READY_MADE_IDS = ['failureRate', 'meanDuration', 'agentSuccess'] as const
const readyMade = { filter: {}, windowMs: 900_000, keepFiringMs: 60_000, enabled: true, delivery: [] }

/** The rules to begin with; they can be edited, switched off and deleted like any other. A page may name them in its reader's language. */
export const READY_MADE: Record<(typeof READY_MADE_IDS)[number], RuleDraft> = {
  failureRate: { ...readyMade, name: 'Failure rate above 30%', metric: 'workflow.failureRate', is: 'above', threshold: 0.3, forMs: 0, severity: 'critical', noData: 'keep' },
  meanDuration: { ...readyMade, name: 'Mean duration above 5 s', metric: 'workflow.durationMean', is: 'above', threshold: 5_000, forMs: 60_000, severity: 'warning', noData: 'ok' },
  agentSuccess: { ...readyMade, name: 'An agent succeeds less than half the time', metric: 'agent.successRate', is: 'below', threshold: 0.5, forMs: 0, severity: 'critical', noData: 'keep' },
}

/** The id a ready-made rule is made under. */
export function readyMadeRuleId(id: (typeof READY_MADE_IDS)[number]): string {
  return `rule_${id}`
}
