'use client'

import { Activity, GitFork, SearchX, TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { formatDuration, formatMoment } from '@/domain/metric/figures'
import { FailureKind } from '@/domain/run/failure-kind'
import type { QueueTurn } from '@/wire/queue'
import { RUN_STATUSES, type RunSummaryBody } from '@/wire/runs'
import { subscribeTopic } from '@/components/live/live-connection'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Checkbox } from '@/components/ui/checkbox'
import { EmptyState } from '@/components/ui/empty-state'
import { Page } from '@/components/ui/page'
import { Select } from '@/components/ui/select'
import { Skeleton } from '@/components/ui/skeleton'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import { mergeRunRows, type RunListFilter } from './merge-run-rows'
import { OriginText } from './origin-text'
import { queueText } from './queue-text'
import { RetryBar } from './retry-bar'
import { useQueue, useRuns, useWorkflowNames } from './run-queries'
import { StatusBadge } from './status-badge'

const ALL = 'all'
const FAILURES = FailureKind.options
/** What is not worth a word. */
const NORMAL_PRIORITY = 5
/** Live rows kept beside the pages that were read. */
const MOST = 500

/** Every run, newest first, as it changes. The filter stands in the address. */
export function RunsPage() {
  const t = useTranslations('runs')
  const filter = useFilter()
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useRuns(filter)
  const fresh = useFreshRows()
  const rows = mergeRunRows(data?.pages.flatMap((page) => page.items) ?? [], fresh, filter)
  const { data: line } = useQueue({ waiting: rows.some(({ status }) => status === 'queued') })
  // Only what is shown is chosen: a row that left the list is not tried again unseen.
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set())
  const failed = filter.status === 'failed'
  const chosen = rows.filter(({ id }) => marked.has(id)).map(({ id }) => id)
  const mark = (ids: readonly string[], on: boolean) => setMarked((now) => new Set(on ? [...now, ...ids] : [...now].filter((id) => !ids.includes(id))))
  return (
    <Page title={t('title')} description={t('description')} actions={<Filters filter={filter} />}>
      {failed && rows.length > 0 && <RetryBar chosen={chosen} onRetried={(ids) => mark(ids, false)} />}
      {error && <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />}
      {isPending && <Skeleton className="h-48" />}
      {data && rows.length === 0 && (
        <Card>
          {filter.status || filter.workflowId
            ? <EmptyState icon={<SearchX />} title={t('noneMatch')} description={t('noneMatchHint')} action={<Button asChild><Link href="/runs">{t('showAll')}</Link></Button>} />
            : <EmptyState icon={<Activity />} title={t('none')} description={t('noneHint')} action={<Button asChild variant="primary"><Link href="/workflows">{t('toWorkflows')}</Link></Button>} />}
        </Card>
      )}
      {rows.length > 0 && (
        <Card className="overflow-hidden">
          <Table label={t('title')}>
            <TableHeader>
              <TableRow>{failed && <TableHead><Checkbox aria-label={t('retry.chooseAll')} checked={chosen.length === rows.length ? true : chosen.length > 0 ? 'indeterminate' : false} onCheckedChange={(on) => mark(rows.map(({ id }) => id), on === true)} /><span aria-hidden className="md:hidden">{t('retry.chooseAll')}</span></TableHead>}<TableHead>{t('column.status')}</TableHead><TableHead>{t('column.workflow')}</TableHead><TableHead>{t('column.version')}</TableHead><TableHead>{t('column.origin')}</TableHead><TableHead>{t('column.created')}</TableHead><TableHead className="text-right">{t('column.duration')}</TableHead><TableHead>{t('column.run')}</TableHead></TableRow>
            </TableHeader>
            <TableBody>{rows.map((row) => <Row key={row.id} row={row} turn={line ? line.get(row.id) : row.queue} marked={failed ? marked.has(row.id) : undefined} onMark={(on) => mark([row.id], on)} />)}</TableBody>
          </Table>
          {hasNextPage && <div className="border-t p-2 text-center"><Button size="sm" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t('showMore')}</Button></div>}
        </Card>
      )}
    </Page>
  )
}

/** @param marked undefined: not to be chosen */
function Row({ row, turn, marked, onMark }: { row: RunSummaryBody; turn: QueueTurn | undefined; marked: boolean | undefined; onMark: (on: boolean) => void }) {
  const t = useTranslations('runs')
  const queue = useTranslations('runs.queue')
  const locale = useLocale()
  const spent = row.startedAt !== null && row.finishedAt !== null ? Date.parse(row.finishedAt) - Date.parse(row.startedAt) : undefined
  return (
    <TableRow className="hover:bg-accent">
      {marked !== undefined && <TableCell card="lead"><Checkbox aria-label={t('retry.choose', { name: row.workflowName, id: row.id.slice(-8) })} checked={marked} onCheckedChange={(on) => onMark(on === true)} /></TableCell>}
      <TableCell card="corner"><StatusBadge status={row.status} /></TableCell>
      <TableCell card="title" className="max-w-80 min-w-40">
        <Link href={`/runs/${row.id}`} className="font-medium hover:underline">{row.workflowName}</Link>
        {row.priority !== NORMAL_PRIORITY && <span className="ml-2 text-xs whitespace-nowrap text-muted-foreground">{t('priority', { priority: row.priority })}</span>}
        {row.status === 'queued' && turn && <p className="text-xs text-muted-foreground">{queueText(queue, turn)}</p>}
        {row.failure !== undefined && <Badge tone={row.failure === 'retryable' ? 'waiting' : 'neutral'} className="ml-2">{t(`failure.${row.failure}`)}</Badge>}
        {row.error !== null && <p className="truncate text-xs text-state-failed" title={row.error}>{row.error}</p>}
      </TableCell>
      <TableCell className="whitespace-nowrap">{row.version === 'draft' ? <span className="text-muted-foreground">{t('draft')}</span> : <Link href={`/workflows/${row.workflowId}/versions?from=${row.version}`} className="hover:underline">{t('version', { version: row.version })}</Link>}</TableCell>
      <TableCell>
        {row.origin && <OriginText origin={row.origin} />}
        {row.parentRunId !== undefined && <Link href={`/runs/${row.parentRunId}`} className="inline-flex items-center gap-1 align-middle text-xs whitespace-nowrap text-state-reused hover:underline"><GitFork aria-hidden className="size-3" />{t('forkOf', { id: row.parentRunId.slice(-8) })}</Link>}
      </TableCell>
      <TableCell className="whitespace-nowrap tabular-nums">{formatMoment(Date.parse(row.createdAt), locale)}</TableCell>
      <TableCell numeric>{formatDuration(spent, locale)}</TableCell>
      <TableCell card="none" className="whitespace-nowrap">
        <Link href={`/runs/${row.id}`} className="font-mono text-xs text-muted-foreground hover:underline">…{row.id.slice(-8)}</Link>
      </TableCell>
    </TableRow>
  )
}

function Filters({ filter }: { filter: RunListFilter }) {
  const t = useTranslations('runs')
  const states = useTranslations('states')
  const router = useRouter()
  const path = usePathname()
  const { data } = useWorkflowNames()
  const show = (change: RunListFilter) => {
    const params = new URLSearchParams(Object.entries({ ...filter, ...change }).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])))
    router.replace(params.size === 0 ? path : `${path}?${params.toString()}`)
  }
  return (
    <>
      {filter.status === 'failed'
        ? <Select aria-label={t('failures')} className="w-48" value={filter.failure ?? ALL} onValueChange={(value) => show({ failure: FAILURES.find((failure) => failure === value) })} options={[{ value: ALL, label: t('allFailures') }, ...FAILURES.map((value) => ({ value: value as string, label: t(`failure.${value}`) }))]} />
        : <Button onClick={() => show({ status: 'failed' })}><TriangleAlert aria-hidden /> {t('failedRuns')}</Button>}
      <Select aria-label={t('workflow')} className="w-48" value={filter.workflowId ?? ALL} onValueChange={(value) => show({ workflowId: value === ALL ? undefined : value })} options={[{ value: ALL, label: t('allWorkflows') }, ...(data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))]} />
      <Select aria-label={t('status')} className="w-36" value={filter.status ?? ALL} onValueChange={(value) => show({ status: RUN_STATUSES.find((status) => status === value), failure: undefined })} options={[{ value: ALL, label: t('allStatuses') }, ...RUN_STATUSES.map((value) => ({ value: value as string, label: states(value) }))]} />
    </>
  )
}

function useFilter(): RunListFilter {
  const params = useSearchParams()
  return { workflowId: params.get('workflowId') ?? undefined, status: RUN_STATUSES.find((status) => status === params.get('status')), failure: FAILURES.find((failure) => failure === params.get('failure')) }
}

function useFreshRows(): readonly RunSummaryBody[] {
  const [rows, setRows] = useState<readonly RunSummaryBody[]>([])
  useEffect(() => subscribeTopic('runs', { onEvents: (events) => setRows((now) => [...now, ...(events as RunSummaryBody[])].slice(-MOST)) }).stop, [])
  return rows
}
