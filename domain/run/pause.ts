import { z } from 'zod'

/** What of a paused workflow stands still: runs that have not begun, or all. A step at work is left to end either way. */
export const Pause = z.enum(['new', 'all'])
export type Pause = z.infer<typeof Pause>
