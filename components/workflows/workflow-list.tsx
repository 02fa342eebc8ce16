'use client'

import { CirclePlay, CirclePause, CodeXml, Copy, Download, FileChartColumn, MoreHorizontal, Pause, SearchX, Trash2, Workflow } from 'lucide-react'
import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { toast } from 'sonner'
import { formatMoment } from '@/domain/metric/figures'
import type { WorkflowBody, WorkflowSummaryBody } from '@/wire/workflows'
import { CodeDialog } from '@/components/exchange/code-dialog'
import { ExportDialog } from '@/components/exchange/export-dialog'
import { asProblem } from '@/components/live/problem-error'
import { useRefused } from '@/components/live/problem-words'
import { ProblemNotice } from '@/components/live/problem-notice'
import { AlertDialog } from '@/components/ui/alert-dialog'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from '@/components/ui/dropdown-menu'
import { EmptyState } from '@/components/ui/empty-state'
import { Skeleton } from '@/components/ui/skeleton'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import { fetchWorkflow, useDeleteWorkflow, useDuplicateWorkflow, useSetPause, useWorkflows } from './workflow-queries'

/** Everything that is kept, newest change first. */
export function WorkflowList({ search }: { search: string }) {
  const t = useTranslations('workflows')
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useWorkflows(search)
  const rows = data?.pages.flatMap((page) => page.items) ?? []
  if (error) return <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />
  if (isPending) return <Skeleton className="h-32" />
  if (rows.length === 0) {
    return <Card><EmptyState icon={search === '' ? <Workflow /> : <SearchX />} title={search === '' ? t('empty') : t('noneMatch')} description={search === '' ? t('emptyHint') : t('noneMatchHint')} /></Card>
  }
  return (
    <Card className="overflow-hidden">
      <Table label={t('list')}>
        <TableHeader>
          <TableRow><TableHead>{t('column.name')}</TableHead><TableHead>{t('column.nodes')}</TableHead><TableHead>{t('column.version')}</TableHead><TableHead>{t('column.changed')}</TableHead><TableHead><span className="sr-only">{t('column.actions')}</span></TableHead></TableRow>
        </TableHeader>
        <TableBody>{rows.map((row) => <Row key={row.id} row={row} />)}</TableBody>
      </Table>
      {hasNextPage && <div className="border-t p-2 text-center"><Button size="sm" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t('showMore')}</Button></div>}
    </Card>
  )
}

function Row({ row }: { row: WorkflowSummaryBody }) {
  const t = useTranslations('workflows')
  const locale = useLocale()
  return (
    <TableRow className="hover:bg-accent">
      <TableCell card="title" className="max-w-96">
        <Link href={`/workflows/${row.id}`} className="font-medium hover:underline">{row.name}</Link>
        {row.paused !== null && <Badge tone="waiting" className="ml-2"><Pause aria-hidden />{t(`paused.${row.paused}`)}</Badge>}
        {row.description !== '' && <p className="truncate text-xs text-muted-foreground">{row.description}</p>}
      </TableCell>
      <TableCell className="tabular-nums"><span className="max-md:hidden">{row.nodeCount}</span><span className="md:hidden">{t('nodeCount', { count: row.nodeCount })}</span></TableCell>
      <TableCell>{row.latestVersion === null ? <span className="text-muted-foreground">{t('draftOnly')}</span> : <Badge>{t('version', { version: row.latestVersion })}</Badge>}</TableCell>
      <TableCell className="whitespace-nowrap text-muted-foreground">{formatMoment(Date.parse(row.updatedAt), locale)}</TableCell>
      <TableCell card="corner" className="text-right"><RowMenu row={row} /></TableCell>
    </TableRow>
  )
}

function RowMenu({ row }: { row: WorkflowSummaryBody }) {
  const refused = useRefused()
  const t = useTranslations('workflows')
  const common = useTranslations('common')
  const [asking, setAsking] = useState(false)
  const exchange = useTranslations('exchange')
  const [taking, setTaking] = useState<{ out: 'text' | 'code'; workflow: WorkflowBody }>()
  const takeOut = (out: 'text' | 'code') => void fetchWorkflow(row.id).then((workflow) => setTaking({ out, workflow }), refused)
  const duplicate = useDuplicateWorkflow()
  const remove = useDeleteWorkflow()
  const pause = useSetPause()
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild><Button size="sm" variant="ghost" aria-label={t('actionsOf', { name: row.name })}><MoreHorizontal aria-hidden /></Button></DropdownMenuTrigger>
        <DropdownMenuContent>
          <DropdownMenuItem onSelect={() => duplicate.mutate({ id: row.id, nameOf: (name) => t('copyOf', { name }) }, { onError: refused })}><Copy aria-hidden /> {t('duplicate')}</DropdownMenuItem>
          <DropdownMenuItem onSelect={() => takeOut('text')}><Download aria-hidden /> {exchange('export')}</DropdownMenuItem>
          <DropdownMenuItem onSelect={() => takeOut('code')}><CodeXml aria-hidden /> {exchange('code')}</DropdownMenuItem>
          {row.paused === null ? (
            <>
              <DropdownMenuItem onSelect={() => pause.mutate({ id: row.id, paused: 'new' }, { onError: refused })}><Pause aria-hidden /> {t('pauseNew')}</DropdownMenuItem>
              <DropdownMenuItem onSelect={() => pause.mutate({ id: row.id, paused: 'all' }, { onError: refused })}><CirclePause aria-hidden /> {t('pauseAll')}</DropdownMenuItem>
            </>
          ) : <DropdownMenuItem onSelect={() => pause.mutate({ id: row.id, paused: null }, { onError: refused })}><CirclePlay aria-hidden /> {t('resume')}</DropdownMenuItem>}
          <DropdownMenuItem asChild><Link href={`/workflows/${row.id}/report`}><FileChartColumn aria-hidden /> {t('report')}</Link></DropdownMenuItem>
          <DropdownMenuItem tone="danger" onSelect={() => setAsking(true)}><Trash2 aria-hidden /> {common('delete')}</DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      {taking?.out === 'text' && <ExportDialog workflow={taking.workflow} onClose={() => setTaking(undefined)} />}
      {taking?.out === 'code' && <CodeDialog workflowId={row.id} name={row.name} graph={taking.workflow.graph} onClose={() => setTaking(undefined)} />}
      <AlertDialog
        open={asking} onOpenChange={setAsking} title={t('deleteTitle', { name: row.name })} description={t('deleteBody')} confirmLabel={common('delete')} cancelLabel={common('cancel')}
        onConfirm={() => remove.mutate(row.id, { onError: refused, onSuccess: () => toast.success(t('deleted', { name: row.name })) })}
      />
    </>
  )
}
