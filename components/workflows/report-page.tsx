'use client'

import { FileChartColumn, Printer } from 'lucide-react'
import Link from 'next/link'
import { usePathname, useSearchParams } from 'next/navigation'
import { useFormatter, useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { Input } from '@/components/ui/input'
import { Label } from '@/components/ui/label'
import { Notice } from '@/components/ui/notice'
import { Page } from '@/components/ui/page'
import { Skeleton } from '@/components/ui/skeleton'
import { daysOfAddress, lastDays, PRESET_DAYS, type ReportDays } from './report-period'
import { ReportTables } from './report-tables'
import { useWorkflowReport } from './workflow-queries'

/** What a workflow's runs of a period come to, to read or to print. The period stands in the address. */
export function ReportPage({ workflowId }: { workflowId: string }) {
  const t = useTranslations('report')
  const [days, show] = useDays()
  const { data, error, isPending, refetch } = useWorkflowReport(workflowId, days)
  return (
    <Page
      title={data ? t('title', { name: data.workflow.name }) : t('pageTitle')}
      description={<Spoken days={days} />}
      actions={<div className="flex flex-wrap gap-2 print:hidden"><Button asChild><Link href={`/workflows/${workflowId}`}>{t('toWorkflow')}</Link></Button><Button variant="primary" disabled={!data} onClick={() => window.print()}><Printer aria-hidden /> {t('print')}</Button></div>}
    >
      <Period days={days} onChange={show} />
      {error && <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />}
      {isPending && <Skeleton className="h-96" />}
      {data?.simulated && <Notice tone="warning">{t('simulated')}</Notice>}
      {data?.cut && <Notice tone="warning">{t('cut', { count: data.runs.total })}</Notice>}
      {data && data.runs.total === 0 && <Card><EmptyState icon={<FileChartColumn />} title={t('none')} description={t('noneHint')} action={<Button onClick={() => show({ from: '', to: '' })}>{t('allTime')}</Button>} /></Card>}
      {data && data.runs.total > 0 && <ReportTables report={data} />}
    </Page>
  )
}

/** The period in words: a printed page has no fields. */
function Spoken({ days: { from, to } }: { days: ReportDays }) {
  const t = useTranslations('report')
  const format = useFormatter()
  const day = (text: string) => format.dateTime(new Date(`${text}T12:00:00`), { dateStyle: 'medium' })
  if (from === '' && to === '') return t('allTime')
  if (to === '') return t('since', { from: day(from) })
  return from === '' ? t('until', { to: day(to) }) : t('between', { from: day(from), to: day(to) })
}

function Period({ days, onChange }: { days: ReportDays; onChange: (days: ReportDays) => void }) {
  const t = useTranslations('report')
  return (
    <div role="group" aria-label={t('period')} className="flex flex-wrap items-end gap-2 print:hidden">
      {PRESET_DAYS.map((count) => <Button key={count} onClick={() => onChange(lastDays(count, new Date()))}>{t('lastDays', { count })}</Button>)}
      <Button onClick={() => onChange({ from: '', to: '' })}>{t('allTime')}</Button>
      {(['from', 'to'] as const).map((end) => (
        <div key={end} className="flex flex-col gap-1">
          <Label htmlFor={`report-${end}`}>{t(end)}</Label>
          <Input id={`report-${end}`} type="date" className="w-36" value={days[end]} onChange={(event) => onChange({ ...days, [end]: event.target.value })} />
        </div>
      ))}
    </div>
  )
}

function useDays(): [ReportDays, (days: ReportDays) => void] {
  const path = usePathname()
  const params = useSearchParams()
  const days = useMemo(() => daysOfAddress(params), [params])
  const show = (next: ReportDays) => {
    const wanted = new URLSearchParams(Object.entries(next).filter(([, day]) => day !== ''))
    window.history.replaceState(null, '', wanted.size === 0 ? path : `${path}?${wanted.toString()}`)
  }
  return [days, show]
}
