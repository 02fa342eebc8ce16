'use client'

import { useRouter, usePathname, useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { RangePicker } from '@/components/charts/range-picker'
import { useTimeRange } from '@/components/charts/use-time-range'
import { Page } from '@/components/ui/page'
import { Select } from '@/components/ui/select'
import { AllMetrics } from './all-metrics'
import { useLiveFigures, useWorkflowNames } from './metric-queries'
import { WorkflowMetrics } from './workflow-metrics'

const RANGE_NAMES = ['15m', '1h', '6h', '24h', '7d', '30d'] as const
const ALL = 'all'

/** What runs and their nodes took, over any time, as it goes on. Which workflow stands in the address. */
export function MetricsPage() {
  const t = useTranslations('metrics')
  const router = useRouter()
  const path = usePathname()
  const workflowId = useSearchParams().get('workflowId') ?? undefined
  const { range, back, setRange } = useTimeRange('1h')
  const { data: names } = useWorkflowNames()
  useLiveFigures(range.kind === 'last')
  const known = names?.items ?? []
  const options = [{ value: ALL, label: t('allWorkflows') }, ...known.map(({ id, name }) => ({ value: id, label: name })), ...(workflowId !== undefined && names && !known.some(({ id }) => id === workflowId) ? [{ value: workflowId, label: workflowId }] : [])]
  return (
    <Page
      width="full" title={t('title')} description={t('description')}
      actions={<Select aria-label={t('workflow')} className="w-56" value={workflowId ?? ALL} onValueChange={(value) => router.replace(value === ALL ? path : `${path}?workflowId=${encodeURIComponent(value)}`)} options={options} />}
    >
      <RangePicker range={range} names={RANGE_NAMES} back={back} onChange={setRange} />
      {workflowId === undefined ? <AllMetrics range={range} onRange={setRange} /> : <WorkflowMetrics key={workflowId} workflowId={workflowId} range={range} onRange={setRange} />}
    </Page>
  )
}
