'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { metricOf, type MetricScope } from '@/domain/alert/metric-catalogue'
import { useChartAlerts } from '@/components/charts/chart-alerts'
import type { TimeRange } from '@/components/charts/time-range'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Button } from '@/components/ui/button'
import { Skeleton } from '@/components/ui/skeleton'
import type { WorkflowExecutionsBody } from '@/wire/samples'
import { Nothing } from './all-metrics'
import { ExecutionTable } from './execution-table'
import { FigureChart } from './figure-chart'
import { failedShare, figureLine, nodeName, perMinute, tellApart } from './metric-lines'
import { useNodeNames, useWorkflowExecutions } from './metric-queries'
import { TotalFigures } from './total-figures'

const SCOPES = ['workflow', 'agent'] as const
const PERCENTILES = ['meanMs', 'p50Ms', 'p95Ms', 'p99Ms'] as const

/** One workflow, and each of its nodes. */
export function WorkflowMetrics({ workflowId, range, onRange }: { workflowId: string; range: TimeRange; onRange: (range: TimeRange) => void }) {
  const t = useTranslations('metrics')
  const { data, error, refetch } = useWorkflowExecutions(workflowId, range)
  return (
    <>
      <nav aria-label={t('more')} className="flex flex-wrap gap-2">
        <Button asChild size="sm"><Link href={`/workflows/${encodeURIComponent(workflowId)}`}>{t('toWorkflow')}</Link></Button>
        <Button asChild size="sm"><Link href={`/workflows/${encodeURIComponent(workflowId)}/report`}>{t('toReport')}</Link></Button>
        <Button asChild size="sm"><Link href={`/runs?workflowId=${encodeURIComponent(workflowId)}`}>{t('toRuns')}</Link></Button>
      </nav>
      {error && <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-96" />}
      {data && (data.workflow.total.executions === 0 && Object.keys(data.agents).length === 0 ? <Nothing /> : <Shown workflowId={workflowId} data={data} onRange={onRange} />)}
    </>
  )
}

function Shown({ workflowId, data, onRange }: { workflowId: string; data: WorkflowExecutionsBody; onRange: (range: TimeRange) => void }) {
  const t = useTranslations('metrics')
  const known = useNodeNames(workflowId)
  const alerts = useChartAlerts(SCOPES).filter((alert) => alert.workflowId === workflowId)
  const span = { stepMs: data.stepMs, from: Date.parse(data.from), to: Date.parse(data.to) }
  const { points, total } = data.workflow
  // Those that take most of the time stand first, and are drawn.
  const agents = Object.entries(data.agents).sort(([, a], [, b]) => (b.total.durationMs?.total ?? 0) - (a.total.durationMs?.total ?? 0))
  const names = tellApart(agents.map(([id]) => ({ id, name: nodeName(id, known) })))
  const ofAgents = (of: (points: typeof data.workflow.points) => ReturnType<typeof figureLine>) => agents.map(([, series], index) => ({ name: names[index]!, line: of(series.points) }))
  const about = (scope: MetricScope, figures: readonly string[]) => alerts.filter(({ metric }) => metricOf(metric).scope === scope && figures.includes(metricOf(metric).figure))
  const rate = (of: Parameters<typeof perMinute>[1]) => perMinute(points, of, span)
  const shared = { span, onRange }
  return (
    <>
      <TotalFigures total={total} />
      <div className="grid gap-3 lg:grid-cols-2">
        <FigureChart {...shared} title={t('chart.runs')} kind="rate" lines={[{ name: t('line.completed'), line: rate((one) => one.executions - one.failures) }, { name: t('line.failed'), line: rate((one) => one.failures) }]} alerts={about('workflow', ['executions', 'failureRate', 'successRate'])} />
        <FigureChart {...shared} title={t('chart.duration')} kind="time" lines={PERCENTILES.map((name) => ({ name: t(`line.${name}`), line: figureLine(points, (one) => one[name]) }))} alerts={about('workflow', ['durationMean', 'durationP95'])} />
        <FigureChart {...shared} title={t('chart.nodeP95')} kind="time" lines={ofAgents((some) => figureLine(some, (one) => one.p95Ms))} alerts={about('agent', ['durationMean', 'durationP95'])} />
        <FigureChart {...shared} title={t('chart.nodeFailed')} kind="share" lines={ofAgents((some) => figureLine(some, failedShare))} alerts={about('agent', ['failureRate', 'successRate'])} />
        <FigureChart {...shared} title={t('chart.nodeExecutions')} kind="rate" lines={ofAgents((some) => perMinute(some, (one) => one.executions, span))} alerts={about('agent', ['executions'])} />
        <FigureChart {...shared} title={t('chart.tokens')} kind="rate" lines={[{ name: t('line.prompt'), line: rate((one) => one.promptTokens) }, { name: t('line.cached'), line: rate((one) => one.cachedTokens ?? 0) }, { name: t('line.completion'), line: rate((one) => one.completionTokens) }]} />
      </div>
      <ExecutionTable title={t('nodes')} first={t('node')} rows={agents.map(([id, series], index) => ({ id, total: series.total, name: <><span className="font-medium">{names[index]}</span> <span className="font-mono text-2xs text-muted-foreground">{id}</span></> }))} />
    </>
  )
}
