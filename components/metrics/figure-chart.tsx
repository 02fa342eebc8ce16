'use client'

import { useLocale, useTranslations } from 'next-intl'
import { formatCount, formatDuration, formatShare, formatStep } from '@/domain/metric/figures'
import { marksOf } from '@/components/charts/chart-alerts'
import { MarkList } from '@/components/charts/mark-list'
import { TimeChart } from '@/components/charts/time-chart'
import type { Series } from '@/components/charts/align-series'
import type { TimeRange } from '@/components/charts/time-range'
import type { AlertBody } from '@/wire/alerts'
import { chartOf, newestValues, type Span } from './metric-lines'

export type FigureLine = { name: string; line: Series }
export type FigureChartProps = { title: string; kind: 'rate' | 'share' | 'time'; lines: readonly FigureLine[]; span: Span; alerts?: readonly AlertBody[]; onRange: (range: TimeRange) => void }

/** One figure over the time shown, a line a thing. */
export function FigureChart({ title, kind, lines, span, alerts = [], onRange }: FigureChartProps) {
  const t = useTranslations('metrics')
  const locale = useLocale()
  const points = chartOf(lines.map(({ line }) => line), span)
  const format = (value: number) => (kind === 'share' ? formatShare(value, locale) : kind === 'time' ? formatDuration(value, locale) : formatCount(value, locale))
  const newest = newestValues(points)
  const marks = marksOf(alerts, span.from, span.to)
  return (
    <TimeChart
      title={title} description={t('every', { step: formatStep(span.stepMs, locale) })} cursor="metrics"
      summary={newest.length === 0 ? t('chartUnknown', { title }) : t('chartSummary', { title, value: format(Math.max(...newest)) })}
      points={points} lines={lines.map(({ name }) => name)} leftOut={(count) => t('linesLeftOut', { count })} from={span.from} to={span.to} format={format} share={kind === 'share'}
      marks={marks.map(({ id, shown }) => ({ id, ...shown }))} onZoom={onRange}
    >
      <MarkList marks={marks} />
    </TimeChart>
  )
}
