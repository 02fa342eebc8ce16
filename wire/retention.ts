import { z } from 'zod'
import { Timestamp, timestampOrNull } from './page'

const ExcessBody = z.object({
  /** How many would be deleted, and how many stay. */
  count: z.int(), stays: z.int(),
  /** What their stored texts take up, about. */
  bytes: z.int(), staysBytes: z.int(),
  /** When the first and the last of them ended, or were written. */
  oldest: Timestamp.nullable(), newest: Timestamp.nullable(),
})
export type ExcessBody = z.infer<typeof ExcessBody>
/** `largeValues`: those beyond 64 KiB that no run holds any more then; they come on top of `runs.bytes`. */
export const RetentionPreviewBody = z.object({ runs: ExcessBody, logs: ExcessBody, samples: ExcessBody, largeValues: z.object({ count: z.int(), bytes: z.int() }) })
export type RetentionPreviewBody = z.infer<typeof RetentionPreviewBody>

type Excess = { count: number; stays: number; bytes: number; staysBytes: number; values?: { count: number; bytes: number }; oldest?: number; newest?: number }

export function retentionPreviewBody({ runs, logs, samples }: Record<'runs' | 'logs' | 'samples', Excess>): RetentionPreviewBody {
  const bodyOf = ({ count, stays, bytes, staysBytes, oldest, newest }: Excess): ExcessBody => ({ count, stays, bytes: Math.round(bytes), staysBytes: Math.round(staysBytes), oldest: timestampOrNull(oldest), newest: timestampOrNull(newest) })
  return { runs: bodyOf(runs), logs: bodyOf(logs), samples: bodyOf(samples), largeValues: runs.values ?? { count: 0, bytes: 0 } }
}
