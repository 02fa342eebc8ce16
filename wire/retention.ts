import { z } from 'zod'
import { Timestamp, timestampOrNull } from './page'

const ExcessBody = z.object({
  /** How many would be deleted, and how many stay. */
  count: z.int(), stays: z.int(),
  /** When the first and the last of them ended, or were written. */
  oldest: Timestamp.nullable(), newest: Timestamp.nullable(),
})
export type ExcessBody = z.infer<typeof ExcessBody>
export const RetentionPreviewBody = z.object({ runs: ExcessBody, logs: ExcessBody })
export type RetentionPreviewBody = z.infer<typeof RetentionPreviewBody>

type Excess = { count: number; stays: number; oldest?: number; newest?: number }

export function retentionPreviewBody({ runs, logs }: { runs: Excess; logs: Excess }): RetentionPreviewBody {
  const bodyOf = ({ count, stays, oldest, newest }: Excess): ExcessBody => ({ count, stays, oldest: timestampOrNull(oldest), newest: timestampOrNull(newest) })
  return { runs: bodyOf(runs), logs: bodyOf(logs) }
}
