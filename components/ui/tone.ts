/** The colour roles of the design system: each has text, soft ground and border in both themes. */
export type Tone = 'neutral' | 'brand' | 'info' | 'warning' | 'success' | 'danger' | 'pending' | 'running' | 'waiting' | 'completed' | 'failed' | 'skipped' | 'cancelled' | 'reused'

/** Text, soft ground and border of a tone. */
export const toneStyle: Record<Tone, string> = {
  neutral: 'border-border bg-muted text-foreground',
  brand: 'border-brand-border bg-brand-soft text-brand',
  info: 'border-state-running-border bg-state-running-soft text-state-running',
  warning: 'border-state-waiting-border bg-state-waiting-soft text-state-waiting',
  success: 'border-state-completed-border bg-state-completed-soft text-state-completed',
  danger: 'border-state-failed-border bg-state-failed-soft text-state-failed',
  pending: 'border-state-pending-border bg-state-pending-soft text-state-pending',
  running: 'border-state-running-border bg-state-running-soft text-state-running',
  waiting: 'border-state-waiting-border bg-state-waiting-soft text-state-waiting',
  completed: 'border-state-completed-border bg-state-completed-soft text-state-completed',
  failed: 'border-state-failed-border bg-state-failed-soft text-state-failed',
  skipped: 'border-dashed border-state-skipped-border bg-state-skipped-soft text-state-skipped',
  cancelled: 'border-state-cancelled-border bg-state-cancelled-soft text-state-cancelled',
  reused: 'border-state-reused-border bg-state-reused-soft text-state-reused',
}
