'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { ChevronsDownUp, ChevronsUpDown } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { useCallback, useId, useMemo, useState, type KeyboardEvent } from 'react'
import type { Graph } from '@/domain/graph/graph'
import { formatDuration } from '@/domain/metric/figures'
import type { Span } from '@/domain/run/run-trace'
import { IconButton } from '@/components/ui/icon-button'
import { PHASE_FILL, PHASES } from './phase-look'
import { useRunStore, useRunView } from './run-context'
import { SpanRow } from './span-row'
import { TimeTrack, type TrackRows } from './time-track'
import { useMoment } from './use-moment'
import { useTrace, useWorkflowFigures } from './use-trace'
import { isOpen, rowActionOf, rowsOf, stepKeyOf, toggled, untilOf, usualOpenness, type Openness } from './waterfall-rows'

const ROW_PX = 26

type Trace = ReturnType<typeof useTrace>

/** Every stretch of time a run is made of, those the end waited for marked. Bars reach to the shown moment. */
export function Waterfall({ graph }: { graph: Graph }) {
  const t = useTranslations('run.waterfall')
  const [openness, setOpenness] = useState(usualOpenness)
  const trace = useTrace(graph)
  const onToggle = useCallback((id: string) => setOpenness((now) => toggled(now, id)), [])
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t px-3 py-1 text-2xs text-muted-foreground">
        <IconButton size="sm" label={t('openAll')} onClick={() => setOpenness({ rest: 'all', toggled: new Set() })}><ChevronsUpDown aria-hidden /></IconButton>
        <IconButton size="sm" label={t('closeAll')} onClick={() => setOpenness({ rest: 'none', toggled: new Set() })}><ChevronsDownUp aria-hidden /></IconButton>
        <Legend />
        <PathSummary trace={trace} />
      </div>
      <TimeTrack className="[--figures:0rem] [--names:9rem] sm:[--names:16rem] md:[--figures:11rem] xl:[--figures:23rem]" captions={<Captions />}>
        {(rows) => <Rows trace={trace} openness={openness} onToggle={onToggle} {...rows} />}
      </TimeTrack>
    </>
  )
}

function Legend() {
  const t = useTranslations('run.waterfall')
  return (
    <ul aria-label={t('legend')} className="flex flex-wrap gap-x-3 gap-y-0.5">
      {PHASES.map((phase) => <li key={phase} className="flex items-center gap-1"><span aria-hidden className={`h-2.5 w-4 rounded-xs ${PHASE_FILL[phase]}`} />{t(`phase.${phase}`)}</li>)}
      <li className="flex items-center gap-1"><span aria-hidden className="h-2.5 w-4 border-b-2 border-foreground" />{t('critical')}</li>
    </ul>
  )
}

function PathSummary({ trace: { path, root, compiled: { nodes } } }: { trace: Trace }) {
  const t = useTranslations('run.waterfall')
  const locale = useLocale()
  const steps = path.filter((key) => !key.includes('['))
  if (steps.length === 0 || root.to === undefined) return null
  return <p className="min-w-0 truncate">{t('pathSummary', { steps: steps.map((key) => nodes.get(key)?.name ?? key).join(' → '), time: formatDuration(root.to - root.from, locale) })}</p>
}

function Captions() {
  const t = useTranslations('run.waterfall')
  return (
    <div aria-hidden className="hidden w-(--figures) shrink-0 grid-cols-[1fr_1fr] items-center gap-2 pl-2 text-right text-2xs text-muted-foreground md:grid xl:grid-cols-[1fr_1fr_4.5rem_7rem]">
      <span>{t('took')}</span>
      <span>{t('slack')}</span>
      <span className="hidden xl:block">{t('cachedTokens')}</span>
      <span className="hidden text-left xl:block">{t('instance')}</span>
    </div>
  )
}

function Rows({ trace, openness, onToggle, start, end, scroll, drag }: TrackRows & { trace: Trace; openness: Openness; onToggle: (id: string) => void }) {
  const t = useTranslations('run.waterfall')
  const store = useRunStore()
  const gridId = useId()
  const figures = useWorkflowFigures()
  const selected = useRunView((view) => view.selected)
  const follow = useRunView((view) => view.follow)
  const moment = useMoment(!follow)
  const [activeId, setActiveId] = useState('run')
  const spans = useMemo(() => rowsOf(trace.root, openness), [trace, openness])
  const active = Math.max(0, spans.findIndex((span) => span.id === activeId))
  const rows = useVirtualizer({ count: spans.length, getScrollElement: () => scroll, estimateSize: () => ROW_PX, overscan: 8, scrollPaddingStart: 24 })

  function onKeyDown(event: KeyboardEvent) {
    const action = event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget ? undefined : rowActionOf(event.key, spans, active, openness)
    const span = spans[active]
    if (!action || !span) return
    event.preventDefault()
    switch (action.do) {
      case 'move':
        setActiveId(spans[action.to]!.id)
        return rows.scrollToIndex(action.to)
      case 'toggle':
        return onToggle(span.id)
      case 'select':
        return store.select(stepKeyOf(span))
      case 'seek':
        return store.showTime(span.from)
    }
  }

  const choose = useCallback((span: Span) => {
    setActiveId(span.id)
    store.select(stepKeyOf(span))
  }, [store])

  const idOf = (index: number) => `${gridId}-${index}`
  const shown = rows.getVirtualItems()
  return (
    <>
      <p id={`${gridId}-keys`} hidden>{t('keys')}</p>
      <div
        role="treegrid"
        tabIndex={0}
        aria-label={t('label')}
        aria-rowcount={spans.length}
        aria-describedby={`${gridId}-keys`}
        {...(shown.some((row) => row.index === active) && { 'aria-activedescendant': idOf(active) })}
        className="group/grid focus-visible:outline-none"
        style={{ height: rows.getTotalSize() }}
        onKeyDown={onKeyDown}
      >
        {shown.map((row) => {
          const span = spans[row.index]
          return span && (
            <SpanRow
              key={span.id}
              id={idOf(row.index)}
              index={row.index}
              top={row.start}
              height={ROW_PX}
              span={span}
              compiled={trace.compiled}
              figures={figures}
              open={span.children.length === 0 ? undefined : isOpen(span, openness)}
              active={row.index === active}
              selected={span.kind === 'step' && span.key === selected}
              start={start}
              end={end}
              until={follow ? Infinity : untilOf(span, moment)}
              drag={drag}
              onToggle={onToggle}
              onChoose={choose}
            />
          )
        })}
      </div>
    </>
  )
}
