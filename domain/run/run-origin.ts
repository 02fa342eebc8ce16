import { z } from 'zod'
import { TrialReach } from './trial'

/** Who or what started a run. The names are those of that moment. */
export const RunOrigin = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('person'), by: z.string() }),
  /** `dueAt` as ISO 8601: the log goes out as it is. */
  /** Somebody tries a part of the draft: `name` is that of the node. */
  z.object({ kind: z.literal('trial'), by: z.string(), node: z.string(), name: z.string(), reach: TrialReach, /** Of maps: `outer[3].inner[0]`. */ item: z.string().optional() }),
  z.object({ kind: z.literal('schedule'), scheduleId: z.string(), name: z.string(), dueAt: z.iso.datetime({ precision: 3 }) }),
  z.object({ kind: z.literal('webhook'), hookId: z.string(), name: z.string(), delivery: z.string().optional() }),
  /** A sub-workflow step of another run. `callers`: the workflows that lead here, outermost first, that run's own last. */
  z.object({ kind: z.literal('run'), runId: z.string(), nodeId: z.string(), attempt: z.int(), callers: z.array(z.object({ id: z.string(), name: z.string() })) }),
])
export type RunOrigin = z.infer<typeof RunOrigin>
