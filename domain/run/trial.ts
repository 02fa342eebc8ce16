import { z } from 'zod'
import { NodeId } from '@/domain/graph/graph'

/** How far a trial goes from its node. `to`: what leads to it and has no output, or a stale one, runs too; `from`: all behind it. */
export const TrialReach = z.enum(['only', 'to', 'from'])
export type TrialReach = z.infer<typeof TrialReach>
/** An item that a map went through, as its steps are called: `outer[3].inner[0]`. */
const ItemKey = z.string().max(1_000).regex(/^[^.[\]]+\[\d{1,9}\](?:\.[^.[\]]+\[\d{1,9}\])*$/, 'names an item, like each[0]')
/** A part of a workflow that somebody wants to try. `item`: in the body of a map, with what a run of the workflow went through. */
export const Trial = z.strictObject({ node: NodeId, reach: TrialReach, item: z.strictObject({ runId: z.string().max(100), step: ItemKey }).optional() })
export type Trial = z.infer<typeof Trial>

type Tried = { origin?: { kind: string; item?: string | undefined } | undefined }

/** The only item of a map that a run works at, where it tries a part of that map's body. */
export function triedItem({ origin }: Tried, mapKey: string): number | undefined {
  return origin?.kind === 'trial' ? indexAt(origin.item, mapKey) : undefined
}

/** Which item of a map a step belongs to, or is. */
export function indexAt(step: string | undefined, mapKey: string): number | undefined {
  return step?.startsWith(`${mapKey}[`) ? Number.parseInt(step.slice(mapKey.length + 1), 10) : undefined
}
