import { Ban, CircleCheck, CircleDashed, CirclePause, CircleX, Clock, LoaderCircle, SkipForward, type LucideIcon } from 'lucide-react'
import type { RunStatus, StepStatus } from '@/domain/run/run-state'
import type { BarKind } from './run-lanes'

export type AnyStatus = RunStatus | StepStatus

type Look = { icon: LucideIcon; text: string; bg: string; ring: string; spins?: boolean }

/** One look per state, wherever it is shown. Never colour alone: each has its icon and its word. */
export const LOOK: Record<AnyStatus, Look> = {
  queued: { icon: Clock, text: 'text-muted-foreground', bg: 'bg-muted', ring: 'border-border' },
  pending: { icon: CircleDashed, text: 'text-muted-foreground', bg: 'bg-muted', ring: 'border-border' },
  running: { icon: LoaderCircle, text: 'text-blue-700 dark:text-blue-300', bg: 'bg-blue-500/12', ring: 'border-blue-500', spins: true },
  waiting: { icon: CirclePause, text: 'text-amber-800 dark:text-amber-300', bg: 'bg-amber-500/15', ring: 'border-amber-500' },
  completed: { icon: CircleCheck, text: 'text-emerald-800 dark:text-emerald-300', bg: 'bg-emerald-500/12', ring: 'border-emerald-600 dark:border-emerald-500' },
  failed: { icon: CircleX, text: 'text-red-700 dark:text-red-300', bg: 'bg-red-500/12', ring: 'border-red-500' },
  skipped: { icon: SkipForward, text: 'text-muted-foreground', bg: 'bg-muted', ring: 'border-dashed border-border' },
  cancelled: { icon: Ban, text: 'text-muted-foreground', bg: 'bg-muted', ring: 'border-border' },
}

/** Fills of the time line's bars. */
export const BAR_FILL: Record<BarKind, string> = {
  running: 'bg-blue-500',
  completed: 'bg-emerald-500 dark:bg-emerald-600',
  failed: 'bg-red-500',
  retried: 'bg-orange-400',
  backoff: 'bg-transparent border border-dashed border-orange-400',
  waiting: 'bg-amber-400',
  cancelled: 'bg-zinc-400 dark:bg-zinc-600',
}
