import type { PhaseKind } from '@/domain/run/run-trace'

/** Fills of a model call's phases. Never colour alone: each has its own pattern. */
export const PHASE_FILL: Record<PhaseKind, string> = {
  queue: 'bg-state-waiting bg-[repeating-linear-gradient(135deg,var(--card)_0_1.5px,transparent_1.5px_5px)]',
  prefill: 'bg-state-running bg-[repeating-linear-gradient(90deg,var(--card)_0_1px,transparent_1px_4px)]',
  decode: 'bg-state-completed',
  overhead: 'border border-border-strong bg-muted',
  unsplit: 'bg-state-running-border bg-[repeating-linear-gradient(45deg,var(--card)_0_2px,transparent_2px_4px)]',
}

/** In the order in which they come. */
export const PHASES = ['queue', 'prefill', 'decode', 'overhead', 'unsplit'] as const satisfies PhaseKind[]
