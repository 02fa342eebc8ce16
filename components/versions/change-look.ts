import { Equal, Minus, MoveRight, Pencil, Plus, type LucideIcon } from 'lucide-react'
import type { EdgeChange, NodeChange } from '@/domain/graph/compare-graphs'
import type { Tone } from '@/components/ui/tone'

/** Colour, sign and line of each kind of change: never the colour alone. */
export const CHANGE_LOOK: Record<NodeChange, { tone: Tone; icon: LucideIcon; border: string; /** Colour of the sign where it stands alone. */ sign: string }> = {
  same: { tone: 'neutral', icon: Equal, border: 'border-border-strong', sign: 'text-muted-foreground' },
  added: { tone: 'success', icon: Plus, border: 'border-state-completed border-double', sign: 'text-state-completed' },
  removed: { tone: 'danger', icon: Minus, border: 'border-state-failed border-dashed', sign: 'text-state-failed' },
  changed: { tone: 'warning', icon: Pencil, border: 'border-state-waiting', sign: 'text-state-waiting' },
  moved: { tone: 'info', icon: MoveRight, border: 'border-state-running border-dotted', sign: 'text-state-running' },
}

/** What is gone is dashed, what is new is thick; as wide from afar as near by (app/globals.css). */
export const EDGE_STYLE: Record<EdgeChange, { stroke?: string; strokeWidth?: string; strokeDasharray?: string }> = {
  same: {},
  added: { stroke: 'var(--state-completed)', strokeWidth: 'calc(var(--line) * 1.5)' },
  removed: { stroke: 'var(--state-failed)', strokeWidth: 'var(--line)', strokeDasharray: 'calc(var(--line) * 3) calc(var(--line) * 2)' },
  changed: { stroke: 'var(--state-waiting)', strokeWidth: 'var(--line)', strokeDasharray: 'var(--line) calc(var(--line) * 1.5)' },
}
