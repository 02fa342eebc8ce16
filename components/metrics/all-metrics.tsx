'use client'

import { ChartLine } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { metricOf } from '@/domain/alert/metric-catalogue'
import { useChartAlerts } from '@/components/charts/chart-alerts'
import type { TimeRange } from '@/components/charts/time-range'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { Skeleton } from '@/components/ui/skeleton'
import type { AllExecutionsBody } from '@/wire/samples'
import { ExecutionTable } from './execution-table'
import { FigureChart } from './figure-chart'
import { failedShare, figureLine, perMinute, tellApart } from './metric-lines'
import { useAllExecutions } from './metric-queries'
import { TotalFigures } from './total-figures'

const SCOPES = ['workflow'] as const

/** All workflows side by side. */
export function AllMetrics({ range, onRange }: { range: TimeRange; onRange: (range: TimeRange) => void }) {
  const { data, error, refetch } = useAllExecutions(range)
  return (
    <>
      {error && <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-96" />}
      {data && (data.all.total.executions === 0 ? <Nothing /> : <Shown data={data} onRange={onRange} />)}
    </>
  )
}

export function Nothing() {
  const t = useTranslations('metrics')
  return <Card><EmptyState icon={<ChartLine />} title={t('none')} description={t('noneHint')} action={<Button asChild><Link href="/workflows">{t('toWorkflows')}</Link></Button>} /></Card>
}

function Shown({ data, onRange }: { data: AllExecutionsBody; onRange: (range: TimeRange) => void }) {
  const t = useTranslations('metrics')
  const alerts = useChartAlerts(SCOPES)
  const span = { stepMs: data.stepMs, from: Date.parse(data.from), to: Date.parse(data.to) }
  const drawn = data.workflows.filter(({ points }) => points.length > 0)
  const names = tellApart(drawn.map(({ workflowId: id, name }) => ({ id, name: name ?? t('deleted') })))
  const lines = (of: (points: (typeof drawn)[number]['points']) => ReturnType<typeof figureLine>) => drawn.map(({ points }, index) => ({ name: names[index]!, line: of(points) }))
  const about = (figures: readonly string[]) => alerts.filter(({ metric }) => figures.includes(metricOf(metric).figure))
  const shared = { span, onRange }
  return (
    <>
      <TotalFigures total={data.all.total} />
      <div className="grid gap-3 lg:grid-cols-2">
        <FigureChart {...shared} title={t('chart.runs')} kind="rate" lines={lines((points) => perMinute(points, (one) => one.executions, span))} alerts={about(['executions'])} />
        <FigureChart {...shared} title={t('chart.failed')} kind="share" lines={lines((points) => figureLine(points, failedShare))} alerts={about(['failureRate', 'successRate'])} />
        <FigureChart {...shared} title={t('chart.p95')} kind="time" lines={lines((points) => figureLine(points, (one) => one.p95Ms))} alerts={about(['durationMean', 'durationP95'])} />
        <FigureChart {...shared} title={t('chart.tokens')} kind="rate" lines={lines((points) => perMinute(points, (one) => one.promptTokens + one.completionTokens, span))} />
      </div>
      <ExecutionTable title={t('workflows')} first={t('workflow')} rows={data.workflows.map(({ workflowId: id, name, total }) => ({ id, total, name: name === null ? <span className="text-muted-foreground">{t('deleted')}</span> : <Link href={`/charts?workflowId=${encodeURIComponent(id)}`} className="font-medium hover:underline">{name}</Link> }))} />
    </>
  )
}
