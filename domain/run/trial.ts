import { z } from 'zod'
import { NodeId } from '@/domain/graph/graph'

/** How far a trial goes from its node. `to`: what leads to it and has no output, or a stale one, runs too; `from`: all behind it. */
export const TrialReach = z.enum(['only', 'to', 'from'])
export type TrialReach = z.infer<typeof TrialReach>
/** A part of a workflow that somebody wants to try. */
export const Trial = z.strictObject({ node: NodeId, reach: TrialReach })
export type Trial = z.infer<typeof Trial>
