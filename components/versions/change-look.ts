import { Equal, Minus, MoveRight, Pencil, Plus, type LucideIcon } from 'lucide-react'
import type { EdgeChange, NodeChange } from '@/domain/graph/compare-graphs'
import type { Tone } from '@/components/ui/tone'

/** Colour, sign and line of each kind of change: never the colour alone. */
export const CHANGE_LOOK: Record<NodeChange, { tone: Tone; icon: LucideIcon; border: string }> = {
  same: { tone: 'neutral', icon: Equal, border: 'border-border-strong' },
  added: { tone: 'success', icon: Plus, border: 'border-state-completed border-double border-4' },
  removed: { tone: 'danger', icon: Minus, border: 'border-state-failed border-dashed' },
  changed: { tone: 'warning', icon: Pencil, border: 'border-state-waiting' },
  moved: { tone: 'info', icon: MoveRight, border: 'border-state-running border-dotted' },
}

/** What is gone is dashed, what is new is thick. */
export const EDGE_STYLE: Record<EdgeChange, { stroke?: string; strokeWidth?: number; strokeDasharray?: string }> = {
  same: {},
  added: { stroke: 'var(--state-completed)', strokeWidth: 3 },
  removed: { stroke: 'var(--state-failed)', strokeWidth: 2, strokeDasharray: '6 4' },
  changed: { stroke: 'var(--state-waiting)', strokeWidth: 2, strokeDasharray: '2 3' },
}
