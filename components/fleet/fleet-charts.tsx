'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useMemo, useState } from 'react'
import { ROUTER, type FleetFigureName } from '@/domain/metric/fleet-samples'
import { formatCount, formatDuration, formatShare, formatStep } from '@/domain/metric/figures'
import { useChartAlerts } from '@/components/charts/chart-alerts'
import { refreshMs, useFleetSamples } from '@/components/charts/fleet-samples'
import { fleetLines, goneOn, newestOf } from '@/components/charts/heard-fleet'
import { MarkList } from '@/components/charts/mark-list'
import { RangePicker } from '@/components/charts/range-picker'
import { TimeChart } from '@/components/charts/time-chart'
import { endsOf, RANGES } from '@/components/charts/time-range'
import { useHeardFleet } from '@/components/charts/use-heard-fleet'
import { useTimeRange } from '@/components/charts/use-time-range'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Badge } from '@/components/ui/badge'
import { Skeleton } from '@/components/ui/skeleton'
import type { AlertBody } from '@/wire/alerts'
import type { AskedCall } from './call-address'
import { fleetMarks } from './fleet-alerts'

const CHARTS = [
  { figure: 'running', kind: 'count' }, { figure: 'waiting', kind: 'count' }, { figure: 'kvUsage', kind: 'share' },
  { figure: 'hitRate', kind: 'share' }, { figure: 'ttftMs', kind: 'time' }, { figure: 'interTokenMs', kind: 'time' },
] as const satisfies readonly { figure: FleetFigureName; kind: 'count' | 'share' | 'time' }[]
type ChartOf = (typeof CHARTS)[number]

const SCOPES = ['fleet'] as const
const RANGE_NAMES = ['5m', '15m', '1h', '6h', '24h', '7d'] as const
/** What is shown around a call that the reader came from. */
const AROUND_MS = 150_000

/** The fleet over time, from before the page was opened and on as it is told. */
export function FleetCharts({ call }: { call: AskedCall | undefined }) {
  const t = useTranslations('fleet')
  const { range, back, setRange } = useTimeRange('5m')
  const [asked, setAsked] = useState(call)
  const shown = asked ? { kind: 'between' as const, from: asked.at - AROUND_MS, to: asked.at + AROUND_MS } : range
  const ongoing = shown.kind === 'last'
  const [stepMs, setStepMs] = useState<number>()
  const { heard, live } = useHeardFleet({ stepMs: ongoing ? stepMs : undefined, keepMs: RANGES['5m'] })
  const { data: read, error, refetch } = useFleetSamples(shown, live)
  if (read && read.stepMs !== stepMs) setStepMs(read.stepMs)
  const alerts = useChartAlerts(SCOPES)
  const ends = endsOf(shown, Math.max(heard?.at ?? 0, read ? Date.parse(read.to) : 0))
  const from = ends.from
  const data = useMemo(() => read && (ongoing ? goneOn(read, heard, from) : read), [read, heard, ongoing, from])
  const choose: typeof setRange = (next) => {
    setAsked(undefined)
    setRange(next)
  }
  return (
    <section aria-label={t('history')} className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <RangePicker range={shown} names={RANGE_NAMES} back={back} onChange={choose} />
        {ongoing && <Freshness live={live} everyMs={refreshMs(shown)!} />}
      </div>
      {error && <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-64" />}
      {data && (
        <div className="grid gap-3 md:grid-cols-2 2xl:grid-cols-3">
          {CHARTS.map((chart) => <FigureChart key={chart.figure} chart={chart} data={data} ends={ends} alerts={alerts} call={call} onZoom={choose} />)}
        </div>
      )}
    </section>
  )
}

/** Whether the charts are told what is new or ask for it. */
function Freshness({ live, everyMs }: { live: boolean; everyMs: number }) {
  const t = useTranslations('fleet')
  const locale = useLocale()
  return <Badge dot tone={live ? 'success' : 'neutral'} title={t(live ? 'freshLiveHint' : 'freshPolledHint')}>{live ? t('freshLive') : t('freshPolled', { step: formatStep(everyMs, locale) })}</Badge>
}

type FigureChartProps = { chart: ChartOf; data: NonNullable<ReturnType<typeof useFleetSamples>['data']>; ends: { from: number; to: number }; alerts: readonly AlertBody[]; call: AskedCall | undefined; onZoom: ReturnType<typeof useTimeRange>['setRange'] }

function FigureChart({ chart: { figure, kind }, data, ends, alerts, call, onZoom }: FigureChartProps) {
  const t = useTranslations('fleet')
  const locale = useLocale()
  const { ids, points } = useMemo(() => fleetLines(data, figure), [data, figure])
  const marks = fleetMarks(alerts, figure, ends.from, ends.to)
  const format = (value: number) => (kind === 'share' ? formatShare(value, locale) : kind === 'time' ? formatDuration(value, locale) : formatCount(value, locale))
  const newest = newestOf(points)
  const title = t(`chart.${figure}`)
  const most = data.stepMs > 1_000 && (figure === 'waiting' || figure === 'kvUsage')
  return (
    <TimeChart
      title={title} description={t(most ? 'everyMost' : 'every', { step: formatStep(data.stepMs, locale) })}
      summary={newest.length === 0 ? t('chartUnknown', { title }) : t('chartSummary', { title, value: format(Math.max(...newest)) })}
      points={points} lines={ids.map((id) => (id === ROUTER ? t('router') : id))} leftOut={(count) => t('linesLeftOut', { count })}
      from={ends.from} to={ends.to} format={format} share={kind === 'share'} whole={kind === 'count'} cursor="fleet" onZoom={onZoom}
      marks={marks.map(({ id, shown }) => ({ id, ...shown }))} {...(call && { at: call.at })}
    >
      <MarkList marks={marks} />
    </TimeChart>
  )
}
