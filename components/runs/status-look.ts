import { Ban, CircleCheck, CircleDashed, CirclePause, CircleX, Clock, LoaderCircle, SkipForward, type LucideIcon } from 'lucide-react'
import type { RunStatus, StepStatus } from '@/domain/run/run-state'
import type { BarKind } from '@/domain/run/step-bars'

export type AnyStatus = RunStatus | StepStatus

type Look = { icon: LucideIcon; text: string; soft: string; border: string }

/** One look per state, wherever it is shown. Never colour alone: each has its icon and its word. */
export const LOOK: Record<AnyStatus, Look> = {
  queued: { icon: Clock, text: 'text-state-pending', soft: 'bg-state-pending-soft', border: 'border-state-pending-border' },
  pending: { icon: CircleDashed, text: 'text-state-pending', soft: 'bg-state-pending-soft', border: 'border-state-pending-border' },
  running: { icon: LoaderCircle, text: 'text-state-running', soft: 'bg-state-running-soft', border: 'border-state-running' },
  waiting: { icon: CirclePause, text: 'text-state-waiting', soft: 'bg-state-waiting-soft', border: 'border-state-waiting' },
  completed: { icon: CircleCheck, text: 'text-state-completed', soft: 'bg-state-completed-soft', border: 'border-state-completed-border' },
  failed: { icon: CircleX, text: 'text-state-failed', soft: 'bg-state-failed-soft', border: 'border-state-failed' },
  skipped: { icon: SkipForward, text: 'text-state-skipped', soft: 'bg-state-skipped-soft', border: 'border-dashed border-state-skipped-border' },
  cancelled: { icon: Ban, text: 'text-state-cancelled', soft: 'bg-state-cancelled-soft', border: 'border-state-cancelled-border' },
}

/** Fills of the time line's bars. */
export const BAR_FILL: Record<BarKind, string> = {
  running: 'bg-state-running',
  completed: 'bg-state-completed',
  failed: 'bg-state-failed',
  retried: 'bg-state-failed-border',
  backoff: 'border border-dashed border-state-failed-border',
  waiting: 'bg-state-waiting',
  cancelled: 'bg-state-cancelled-border',
}
