import type { EpochMs } from '@/domain/json'
import type { Span } from '@/domain/run/run-trace'

/** Which spans are open: those `toggled` are the other way round than `rest` says. */
export type Openness = { rest: 'usual' | 'all' | 'none'; toggled: ReadonlySet<string> }

export const usualOpenness: Openness = { rest: 'usual', toggled: new Set() }

export function isOpen(span: Span, { rest, toggled }: Openness): boolean {
  const open = rest === 'all' || span.kind === 'run' || (rest === 'usual' && !isLeafStep(span))
  return open !== toggled.has(span.id)
}

/** A step whose attempts are all that is in it: its own bar shows them. */
function isLeafStep(span: Span): boolean {
  return span.kind === 'step' && !span.children.some((child) => child.kind === 'item' || child.kind === 'turn')
}

export function toggled({ rest, toggled: before }: Openness, id: string): Openness {
  const next = new Set(before)
  if (!next.delete(id)) next.add(id)
  return { rest, toggled: next }
}

/** The spans in sight, from top to bottom: what stands in a closed one is left out. */
export function rowsOf(root: Span, openness: Openness): Span[] {
  const rows: Span[] = []
  const add = (span: Span) => {
    rows.push(span)
    if (span.children.length > 0 && isOpen(span, openness)) span.children.forEach(add)
  }
  add(root)
  return rows
}

export type RowAction = { do: 'move'; to: number } | { do: 'toggle' } | { do: 'select' } | { do: 'seek' }

const PAGE = 10

/** What a key does in the waterfall; undefined leaves it to the browser. */
export function rowActionOf(key: string, rows: readonly Span[], active: number, openness: Openness): RowAction | undefined {
  const move = (to: number): RowAction => ({ do: 'move', to: Math.min(rows.length - 1, Math.max(0, to)) })
  const span = rows[active]
  if (!span) return undefined
  const open = span.children.length > 0 && isOpen(span, openness)
  switch (key) {
    case 'ArrowDown':
      return move(active + 1)
    case 'ArrowUp':
      return move(active - 1)
    case 'PageDown':
      return move(active + PAGE)
    case 'PageUp':
      return move(active - PAGE)
    case 'Home':
      return move(0)
    case 'End':
      return move(rows.length - 1)
    case 'ArrowRight':
      return open ? move(active + 1) : span.children.length > 0 ? { do: 'toggle' } : undefined
    case 'ArrowLeft':
      return open ? { do: 'toggle' } : move(rows.slice(0, active).findLastIndex((row) => row.depth < span.depth))
    case 'Enter':
      return { do: 'select' }
    case ' ':
      return { do: 'seek' }
    default:
      return undefined
  }
}

/** The part of a stretch of time that has happened by `until`; undefined before its begin. `goes`: its end was not reached. */
export function seenBy({ from, to }: { from: EpochMs; to: EpochMs | undefined }, until: EpochMs): { from: EpochMs; to: EpochMs; goes: boolean } | undefined {
  if (from > until) return undefined
  return to === undefined || to > until ? { from, to: until, goes: true } : { from, to, goes: false }
}

/** The shown moment as far as the span tells it apart: the same for all moments before it, and for all behind its end. */
export function untilOf({ from, to }: { from: EpochMs; to: EpochMs | undefined }, moment: EpochMs): EpochMs {
  return moment < from ? -Infinity : to !== undefined && moment >= to ? Infinity : moment
}

/** The step a span is about; the run itself is none. An item belongs to its map. */
export function stepKeyOf(span: Span): string | undefined {
  return span.kind === 'run' ? undefined : span.key
}
