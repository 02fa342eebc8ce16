'use client'

import { Bell, Bookmark } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { useEffect, useMemo, useRef } from 'react'
import { formatCount, formatShare, UNKNOWN } from '@/domain/metric/figures'
import { isFinished } from '@/domain/run/run-state'
import { useRuleName } from '@/components/charts/use-rule-name'
import { Badge } from '@/components/ui/badge'
import type { AlertBody } from '@/wire/alerts'
import { fleetCharts, ownCharts, pathOf, sliceAt, SLICES, type ChartName, type Slices } from './run-charts'
import { useRunId, useRunStore, useRunView } from './run-context'
import { useSnapshots } from './run-queries'
import type { TrackRows } from './time-track'
import { useRunAlerts, useRunFleet } from './use-run-fleet'

const LINE: Record<ChartName, string> = { steps: 'var(--state-running)', text: 'var(--brand)', waiting: 'var(--state-waiting)', running: 'var(--state-running)', kvUsage: 'var(--state-reused)', hitRate: 'var(--state-completed)' }
const OWN = ['steps', 'text'] as const
const FLEET = ['waiting', 'running', 'kvUsage', 'hitRate'] as const
type Rows = TrackRows

/** The run's figures and the fleet's along the run's time, under the playhead; at its left what they are at that moment. */
export function ChartRows({ start, end, drag }: Rows) {
  const t = useTranslations('run.charts')
  const store = useRunStore()
  const finished = useRunView((view) => isFinished(view.head))
  const span = useMemo(() => ({ start, end }), [start, end])
  // The log only grows; while it does so does the span, in steps that an eye can tell apart.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const own = useMemo(() => ownCharts(store.timeline.events, span), [store, span, finished])
  const { data, error } = useRunFleet(span)
  const fleet = useMemo(() => data && fleetCharts(data, span), [data, span])
  const alerts = useRunAlerts(span)
  return (
    <div>
      {OWN.map((name) => <ChartRow key={name} name={name} slices={own[name]} span={span} drag={drag} alerts={alerts} />)}
      {data?.series.some((one) => one.simulated) && <p className="px-2 pt-1 text-2xs text-muted-foreground"><Badge tone="warning">{t('simulated')}</Badge></p>}
      {FLEET.map((name) => <ChartRow key={name} name={name} slices={fleet?.[name]} span={span} drag={drag} alerts={alerts} />)}
      {error && <p role="status" className="px-2 py-1 text-xs text-state-failed">{t('fleetFailed')}</p>}
      <Moments span={span} alerts={alerts} />
    </div>
  )
}

type RowProps = { name: ChartName; slices: Slices | undefined; span: { start: number; end: number }; drag: Rows['drag']; alerts: readonly AlertBody[] }

function ChartRow({ name, slices, span, drag, alerts }: RowProps) {
  const t = useTranslations('run.charts')
  const locale = useLocale()
  const share = name === 'kvUsage' || name === 'hitRate'
  const format = (value: number | null | undefined) => (value === null || value === undefined ? UNKNOWN : share ? formatShare(value, locale) : formatCount(Math.round(value), locale))
  const known = slices?.filter((value) => value !== null) ?? []
  const top = share ? 1 : Math.max(1, ...known)
  const title = t(`name.${name}`)
  const percent = (ms: number) => Math.min(100, Math.max(0, ((ms - span.start) / (span.end - span.start)) * 100))
  return (
    <div className="flex h-12 items-stretch pr-4" data-chart={name}>
      <div className="flex w-(--names) shrink-0 flex-col justify-center border-r px-2">
        <span className="truncate text-2xs text-muted-foreground" title={title}>{title}</span>
        <span className="flex items-baseline justify-between gap-2">
          <ReadOut slices={slices} span={span} format={format} />
          {known.length > 0 && <span aria-hidden className="truncate text-2xs text-muted-foreground tabular-nums">{t('most', { value: format(top) })}</span>}
        </span>
      </div>
      <div role="img" aria-label={known.length === 0 ? t('unknown', { title }) : t('summary', { title, least: format(Math.min(...known)), most: format(Math.max(...known)) })} className="relative flex-1 cursor-ew-resize touch-pan-y border-b" {...drag}>
        {alerts.map((alert) => <span key={alert.id} className="absolute inset-y-0 bg-state-failed/15" style={{ left: `${percent(Date.parse(alert.firedAt!))}%`, right: `${100 - percent(alert.endedAt === null ? span.end : Date.parse(alert.endedAt))}%` }} />)}
        <svg aria-hidden viewBox={`0 0 ${SLICES} 1`} preserveAspectRatio="none" className="absolute inset-x-0 inset-y-1 h-10 w-full overflow-visible">
          {slices && <path d={pathOf(slices, top)} fill="none" stroke={LINE[name]} strokeWidth={1.5} vectorEffect="non-scaling-stroke" />}
        </svg>
      </div>
    </div>
  )
}

/** The value where the playhead stands. Written to the DOM: it changes as the playhead moves, and React need not know. */
function ReadOut({ slices, span, format }: { slices: Slices | undefined; span: { start: number; end: number }; format: (value: number | null | undefined) => string }) {
  const store = useRunStore()
  const text = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    const write = () => {
      const value = format(slices?.[sliceAt(span, store.position())])
      if (text.current && text.current.textContent !== value) text.current.textContent = value
    }
    write()
    const stop = store.view.subscribe(write)
    const timer = setInterval(write, READ_MS)
    return () => {
      stop()
      clearInterval(timer)
    }
  })
  return <span ref={text} data-testid="read-out" className="text-sm font-medium tabular-nums" />
}
const READ_MS = 100

/** What was kept and what fired meanwhile, in words; a press goes to its moment. */
function Moments({ span, alerts }: { span: { start: number; end: number }; alerts: readonly AlertBody[] }) {
  const t = useTranslations('run.charts')
  const store = useRunStore()
  const nameOf = useRuleName()
  const named = useSnapshots(useRunId()).data?.items.filter((snapshot) => snapshot.name !== null && snapshot.name !== undefined) ?? []
  if (alerts.length === 0 && named.length === 0) return null
  return (
    <ul aria-label={t('moments')} className="flex flex-wrap gap-x-4 gap-y-1 px-2 py-1.5 text-xs">
      {alerts.map((alert) => (
        <li key={alert.id}>
          <button type="button" className="inline-flex items-center gap-1 text-state-failed hover:underline" onClick={() => store.showTime(Math.max(span.start, Date.parse(alert.firedAt!)))}><Bell aria-hidden className="size-3" /> {t('alert', { name: nameOf(alert.ruleId, alert.ruleName) })}</button>
        </li>
      ))}
      {named.map((snapshot) => (
        <li key={snapshot.id}>
          <button type="button" className="inline-flex items-center gap-1 hover:underline" onClick={() => store.showSeq(snapshot.seq)}><Bookmark aria-hidden className="size-3" /> {t('snapshot', { name: snapshot.name ?? '' })}</button>
        </li>
      ))}
    </ul>
  )
}
