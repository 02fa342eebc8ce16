'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useMemo, useState } from 'react'
import { ROUTER, type FleetFigureName } from '@/domain/metric/fleet-samples'
import { formatCount, formatDuration, formatShare, formatStep } from '@/domain/metric/figures'
import { useChartAlerts } from '@/components/charts/chart-alerts'
import { useFleetSamples } from '@/components/charts/fleet-samples'
import { MarkList } from '@/components/charts/mark-list'
import { RangePicker } from '@/components/charts/range-picker'
import { TimeChart } from '@/components/charts/time-chart'
import { endsOf } from '@/components/charts/time-range'
import { useTimeRange } from '@/components/charts/use-time-range'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Skeleton } from '@/components/ui/skeleton'
import type { AlertBody } from '@/wire/alerts'
import type { AskedCall } from './call-address'
import { fleetMarks } from './fleet-alerts'
import { fleetLines, newestOf, type LiveLook } from './fleet-history'

const CHARTS = [
  { figure: 'running', kind: 'count' }, { figure: 'waiting', kind: 'count' }, { figure: 'kvUsage', kind: 'share' },
  { figure: 'hitRate', kind: 'share' }, { figure: 'ttftMs', kind: 'time' }, { figure: 'interTokenMs', kind: 'time' },
] as const satisfies readonly { figure: FleetFigureName; kind: 'count' | 'share' | 'time' }[]
type ChartOf = (typeof CHARTS)[number]

const SCOPES = ['fleet'] as const
const RANGE_NAMES = ['5m', '15m', '1h', '6h', '24h', '7d'] as const
/** What is shown around a call that the reader came from. */
const AROUND_MS = 150_000

/** The fleet over time, from before the page was opened. `live`: what was heard since. */
export function FleetCharts({ live, call, now }: { live: readonly LiveLook[]; call: AskedCall | undefined; now: number }) {
  const t = useTranslations('fleet')
  const { range, back, setRange } = useTimeRange('5m')
  const [asked, setAsked] = useState(call)
  const shown = asked ? { kind: 'between' as const, from: asked.at - AROUND_MS, to: asked.at + AROUND_MS } : range
  const { data, error, refetch } = useFleetSamples(shown)
  const alerts = useChartAlerts(SCOPES)
  const ends = endsOf(shown, Math.max(now, data ? Date.parse(data.to) : 0))
  const choose: typeof setRange = (next) => {
    setAsked(undefined)
    setRange(next)
  }
  return (
    <section aria-label={t('history')} className="flex flex-col gap-2">
      <RangePicker range={shown} names={RANGE_NAMES} back={back} onChange={choose} />
      {error && <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-64" />}
      {data && (
        <div className="grid gap-3 md:grid-cols-2 2xl:grid-cols-3">
          {CHARTS.map((chart) => <FigureChart key={chart.figure} chart={chart} data={data} live={shown.kind === 'last' ? live : []} ends={ends} alerts={alerts} call={call} onZoom={choose} />)}
        </div>
      )}
    </section>
  )
}

type FigureChartProps = { chart: ChartOf; data: NonNullable<ReturnType<typeof useFleetSamples>['data']>; live: readonly LiveLook[]; ends: { from: number; to: number }; alerts: readonly AlertBody[]; call: AskedCall | undefined; onZoom: ReturnType<typeof useTimeRange>['setRange'] }

function FigureChart({ chart: { figure, kind }, data, live, ends, alerts, call, onZoom }: FigureChartProps) {
  const t = useTranslations('fleet')
  const locale = useLocale()
  const { ids, points } = useMemo(() => fleetLines(data, live, figure), [data, live, figure])
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
