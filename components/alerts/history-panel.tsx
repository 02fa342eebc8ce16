'use client'

import { History } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { formatMoment } from '@/domain/metric/figures'
import type { AlertBody } from '@/wire/alerts'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { Skeleton } from '@/components/ui/skeleton'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import { AlertStatusBadge, SeverityBadge } from './alert-badges'
import { useFired } from './alert-queries'
import { CaseLink } from './case-link'
import { useAlertWords } from './alert-words'

/** Every firing, newest first. */
export function HistoryPanel() {
  const t = useTranslations('alerts')
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useFired()
  const rows = data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Panel title={t('history')} flush aria-busy={isPending}>
      {error && <div className="p-3"><ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} /></div>}
      {isPending && <div className="p-3"><Skeleton className="h-16" /></div>}
      {data && rows.length === 0 && <EmptyState icon={<History />} title={t('noHistory')} description={t('noHistoryHint')} />}
      {rows.length > 0 && (
        <Table label={t('history')}>
          <TableHeader><TableRow><TableHead>{t('column.state')}</TableHead><TableHead>{t('column.rule')}</TableHead><TableHead>{t('column.subject')}</TableHead><TableHead>{t('column.fired')}</TableHead><TableHead className="text-right">{t('column.lasted')}</TableHead><TableHead>{t('column.acknowledged')}</TableHead></TableRow></TableHeader>
          <TableBody>{rows.map((alert) => <Row key={alert.id} alert={alert} />)}</TableBody>
        </Table>
      )}
      {hasNextPage && <div className="border-t p-2 text-center"><Button size="sm" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t('showMore')}</Button></div>}
    </Panel>
  )
}

function Row({ alert }: { alert: AlertBody }) {
  const locale = useLocale()
  const t = useTranslations('alerts')
  const words = useAlertWords()
  const { firedAt, endedAt, acknowledgedAt } = alert
  const lasted = firedAt === null || endedAt === null ? undefined : Date.parse(endedAt) - Date.parse(firedAt)
  return (
    <TableRow>
      <TableCell card="corner"><span className="flex gap-1"><AlertStatusBadge status={alert.status} /><SeverityBadge severity={alert.severity} /></span></TableCell>
      <TableCell card="title" className="min-w-40 font-medium">{words.ruleName(alert.ruleId, alert.ruleName)}</TableCell>
      <TableCell title={alert.subject}>{words.subject(alert.subject, alert.example)}{alert.example && <><br /><CaseLink example={alert.example} /></>}</TableCell>
      <TableCell label={t('column.fired')} className="whitespace-nowrap tabular-nums">{firedAt !== null && formatMoment(Date.parse(firedAt), locale)}</TableCell>
      <TableCell label={t('column.lasted')} numeric>{lasted === undefined ? '–' : words.duration(lasted)}</TableCell>
      <TableCell label={t('column.acknowledged')} className="whitespace-nowrap tabular-nums">{acknowledgedAt === null ? '–' : formatMoment(Date.parse(acknowledgedAt), locale)}</TableCell>
    </TableRow>
  )
}
