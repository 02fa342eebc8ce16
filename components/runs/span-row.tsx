'use client'

import { ChevronDown, ChevronRight, Flag, Snail } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { memo } from 'react'
import type { EpochMs } from '@/domain/json'
import { formatCount, formatDuration, UNKNOWN } from '@/domain/metric/figures'
import { locate, type RunGraph } from '@/domain/run/run-graph'
import { isSlow, type Span } from '@/domain/run/run-trace'
import { cn } from '@/components/ui/cn'
import { InstanceLink } from './instance-link'
import { useRunView } from './run-context'
import { SpanBars } from './span-bars'
import { StepMark } from './step-mark'
import type { Drag } from './time-track'
import { typicalOf, type WorkflowFiguresBody } from './use-trace'
import { seenBy, stepKeyOf } from './waterfall-rows'

export type SpanRowProps = {
  id: string
  index: number
  top: number
  height: number
  span: Span
  compiled: RunGraph
  figures: WorkflowFiguresBody | undefined
  /** Undefined: nothing is in it. */
  open: boolean | undefined
  active: boolean
  selected: boolean
  start: EpochMs
  end: EpochMs
  /** The shown moment. */
  until: EpochMs
  drag: Drag
  onToggle: (id: string) => void
  onChoose: (span: Span) => void
}

/** A span: its name, its bar as far as the shown moment, and its figures. All it is given keeps its identity, so that a row is drawn again only for a change of its own. */
export const SpanRow = memo(function SpanRow(props: SpanRowProps) {
  const { id, index, top, height, span, figures, open, active, selected, start, end, until, drag } = props
  const t = useTranslations('run.waterfall')
  const locale = useLocale()
  const typical = span.kind === 'step' ? typicalOf(figures, span.key) : undefined
  const seen = seenBy(span, until)
  const tookMs = seen && Math.max(0, Math.min(seen.to, end) - seen.from)
  const slow = span.kind === 'step' && seen && !seen.goes && isSlow(span.to! - span.from, typical) === true
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 1}
      aria-level={span.depth + 1}
      aria-selected={selected}
      {...(open !== undefined && { 'aria-expanded': open })}
      className={cn('absolute inset-x-0 flex items-stretch pr-4', selected ? 'bg-accent' : 'hover:bg-accent/50', active && 'group-focus-visible/grid:outline-2 group-focus-visible/grid:-outline-offset-2 group-focus-visible/grid:outline-ring')}
      style={{ top, height }}
    >
      <div role="gridcell" className="flex w-(--names) shrink-0 cursor-pointer items-center gap-1 border-r pr-1.5 text-xs" style={{ paddingLeft: `${0.25 + span.depth * 0.7}rem` }} onClick={() => props.onChoose(span)}>
        <span aria-hidden className="flex size-4 shrink-0 items-center justify-center" onClick={(event) => { event.stopPropagation(); props.onToggle(span.id) }}>
          {open === undefined ? null : open ? <ChevronDown className="size-3.5" /> : <ChevronRight className="size-3.5" />}
        </span>
        <SpanName {...props} />
        {slow && <span title={t('slowHint', { typical: formatDuration(typical?.p50, locale) })} className="shrink-0 text-state-waiting"><Snail aria-hidden className="size-3.5" /><span className="sr-only">{t('slow')}</span></span>}
        {'critical' in span && span.critical && <span title={t('criticalHint')} className="shrink-0"><Flag aria-hidden className="size-3" /><span className="sr-only">{t('critical')}</span></span>}
      </div>
      <div role="gridcell" className="relative min-w-0 flex-1 cursor-ew-resize touch-pan-y border-b" {...drag}>
        <span className="sr-only">{seen && tookMs !== undefined ? t('spanText', { after: formatDuration(span.from - start, locale), time: formatDuration(tookMs, locale) }) : t('notYet')}</span>
        <SpanBars span={span} start={start} end={end} until={until} />
      </div>
      <Figures span={span} tookMs={tookMs} done={seen !== undefined && !seen.goes} />
    </div>
  )
})

function SpanName({ span, compiled, selected }: SpanRowProps) {
  const t = useTranslations('run.waterfall')
  const run = useTranslations('run')
  const name = nameOf()
  return (
    <>
      {span.kind === 'step' && <StepMark stepKey={span.key} />}
      <span className={cn('min-w-0 flex-1 truncate', span.kind === 'run' && 'font-semibold', span.kind === 'step' ? '' : 'text-muted-foreground', selected && 'font-medium')} title={stepKeyOf(span)}>{name}</span>
    </>
  )

  function nameOf(): string {
    switch (span.kind) {
      case 'run':
        return run('wholeRun')
      case 'step':
        return locate(compiled, span.key)?.node.name ?? span.key
      case 'item':
        return t('item', { index: span.index })
      case 'turn':
        return run('turns.turn', { number: span.index + 1 })
      case 'attempt':
        return run('attempt', { number: span.attempt })
      case 'pause':
        return t('pause')
      case 'call':
        return t('call')
    }
  }
}

function Figures({ span, tookMs, done }: { span: Span; tookMs: number | undefined; done: boolean }) {
  const t = useTranslations('run.waterfall')
  const locale = useLocale()
  const key = span.kind === 'step' || span.kind === 'call' ? span.key : undefined
  const found = useRunView((view) => (key === undefined ? undefined : view.head.steps[key]?.route))
  const route = span.kind === 'call' ? span.route : found
  const slack = span.kind === 'step' ? span.slackMs : undefined
  return (
    <div role="gridcell" className="hidden w-(--figures) shrink-0 grid-cols-[1fr_1fr] items-center gap-2 border-b border-l pl-2 text-right text-2xs tabular-nums md:grid xl:grid-cols-[1fr_1fr_4.5rem_7rem]">
      <span title={t('took')}>{formatDuration(tookMs, locale)}</span>
      <span title={t('slackHint')} className="text-muted-foreground"><span className="sr-only">{t('slack')} </span>{formatDuration(slack, locale)}</span>
      <span title={t('cachedTokens')} className="hidden xl:block">{route && done ? t('cachedOf', { cached: formatCount(route.cachedTokens, locale), prompt: formatCount(route.promptTokens, locale) }) : UNKNOWN}</span>
      <span className="hidden truncate text-left xl:block">{route && done ? <InstanceLink route={route} at={span.from} tabIndex={-1} className="font-mono" /> : UNKNOWN}</span>
    </div>
  )
}
