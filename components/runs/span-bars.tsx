'use client'

import { useLocale, useTranslations } from 'next-intl'
import type { EpochMs } from '@/domain/json'
import { formatDuration } from '@/domain/metric/figures'
import type { Span } from '@/domain/run/run-trace'
import type { BarKind } from '@/domain/run/step-bars'
import { cn } from '@/components/ui/cn'
import { PHASE_FILL } from './phase-look'
import { useRunView } from './run-context'
import { BAR_FILL } from './status-look'
import { seenBy } from './waterfall-rows'

type Piece = { from: EpochMs; to: EpochMs | undefined; fill: string; /** While it goes on, where its fill would tell the end. */ going?: string; title?: string }

/** The stretches of a span that have happened by `until`, on the scale from `start` to `end`. */
export function SpanBars({ span, start, end, until }: { span: Span; start: EpochMs; end: EpochMs; until: EpochMs }) {
  const t = useTranslations('run.waterfall')
  const locale = useLocale()
  const reused = useRunView((view) => span.kind === 'step' && view.head.steps[span.key]?.reusedFrom !== undefined)
  const phases = span.kind === 'step' || span.kind === 'call' ? span.phases : []
  const pieces = [
    ...piecesOf(span, reused),
    ...phases.map((phase): Piece => ({ from: phase.from, to: phase.to, fill: PHASE_FILL[phase.kind], title: `${t(`phase.${phase.kind}`)} ${formatDuration((phase.to ?? end) - phase.from, locale)}` })),
  ].flatMap((piece) => {
    const seen = seenBy(piece, until)
    return seen ? [{ ...piece, ...seen, fill: seen.goes ? (piece.going ?? piece.fill) : piece.fill }] : []
  })
  const percent = (ms: number) => Math.min(100, Math.max(0, ((ms - start) / (end - start)) * 100))
  const seen = seenBy(span, until)
  const thin = span.kind === 'run' || span.kind === 'item' || span.kind === 'turn' || span.kind === 'pause'
  return (
    <span className="pointer-events-none">
      {phases.length > 0 && <span className="sr-only">{pieces.flatMap((piece) => piece.title ?? []).join(', ')}</span>}
      {pieces.map((piece, index) => (
        <span key={index} aria-hidden title={piece.title} className={cn('pointer-events-auto absolute min-w-0.5 rounded-xs', thin ? 'inset-y-2.5' : 'inset-y-1.5', piece.fill)} style={{ left: `${percent(piece.from)}%`, width: `${percent(piece.to) - percent(piece.from)}%` }} />
      ))}
      {seen && 'critical' in span && span.critical && <span aria-hidden data-critical className="absolute bottom-0.5 h-0.5 min-w-0.5 bg-foreground" style={{ left: `${percent(seen.from)}%`, width: `${percent(seen.to) - percent(seen.from)}%` }} />}
    </span>
  )
}

/** A step's own bars are hidden where its phases say more: what is left are attempts without a call, and the pauses. */
function piecesOf(span: Span, reused: boolean): Piece[] {
  const bar = (from: EpochMs, to: EpochMs | undefined, kind: BarKind): Piece => ({ from, to, fill: BAR_FILL[kind], ...(kind !== 'waiting' && kind !== 'backoff' && { going: BAR_FILL.running }) })
  switch (span.kind) {
    case 'run':
    case 'item':
    case 'turn':
      return [{ from: span.from, to: span.to, fill: 'bg-border-strong' }]
    case 'step':
      if (reused) return [{ from: span.from, to: span.to, fill: 'bg-state-reused' }]
      if (span.bars.length === 0) return [{ from: span.from, to: span.to, fill: 'bg-state-skipped-border' }]
      return span.bars.map((one) => bar(one.from, one.to, one.kind))
    case 'attempt':
    case 'pause':
      return [bar(span.from, span.to, span.bar)]
    case 'call':
      return []
  }
}
