'use client'

import { useQueries, useQuery } from '@tanstack/react-query'
import { ArrowUpFromLine, GitCompare, Trophy } from 'lucide-react'
import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { formatCost, formatCount, formatDuration, UNKNOWN } from '@/domain/metric/figures'
import type { Json } from '@/domain/json'
import { MOST_BRANCHES } from '@/wire/runs'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { useTokenPrices } from '@/components/live/use-token-prices'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { Page } from '@/components/ui/page'
import { Skeleton } from '@/components/ui/skeleton'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import { letterOf } from './branch-draft'
import { prepareBranches, type BranchColumn, type BranchFigure, type BranchRow } from './branch-figures'
import { OutputDiff } from './output-diff'
import { PromoteDialog } from './promote-dialog'
import { branchOptions, useForksOf } from './run-queries'
import { StatusBadge } from './status-badge'

/** Forks of one run beside it: what was changed in each, what it took, and how what came out differs; the best goes into the draft. */
export function BranchesPage({ runId }: { runId: string }) {
  const t = useTranslations('run.branches')
  const prices = useTokenPrices()
  const [promoting, setPromoting] = useState<string>()
  const { ids, error: listError } = useBranchIds(runId)
  const parent = useQuery(branchOptions(runId))
  const branches = useQueries({ queries: (ids ?? []).map(branchOptions) })
  const error = listError ?? parent.error ?? branches.find((branch) => branch.error)?.error
  const loaded = branches.flatMap(({ data }) => data ?? [])
  const ready = ids !== undefined && parent.data && loaded.length === ids.length
  const { columns, rows } = ready ? prepareBranches(parent.data, loaded, prices) : { columns: [], rows: [] }
  return (
    <Page title={t('title')} width="full" description={t.rich('description', { parent: () => <Link href={`/runs/${runId}`} className="font-mono underline underline-offset-2">…{runId.slice(-8)}</Link> })}>
      {error && <ProblemNotice problem={asProblem(error)} onRetry={() => void parent.refetch()} />}
      {!ready && !error && <Skeleton className="h-48" />}
      {ready && ids.length === 0 && <Card><EmptyState icon={<GitCompare />} title={t('none')} description={t('noneHint')} action={<Button asChild><Link href={`/runs/${runId}`}>{t('toRun')}</Link></Button>} /></Card>}
      {ready && ids.length > 0 && <Figures columns={columns} onPromote={setPromoting} />}
      {rows.map((row) => <Outputs key={row.nodeId} row={row} columns={columns} />)}
      {promoting !== undefined && <PromoteDialog runId={runId} otherId={promoting} onClose={() => setPromoting(undefined)} />}
    </Page>
  )
}

/** Those that the address names, else the newest, oldest of them first. */
function useBranchIds(runId: string): { ids: string[] | undefined; error: Error | null } {
  const named = useSearchParams().getAll('run').slice(0, MOST_BRANCHES)
  const { data, error } = useForksOf(runId, named.length === 0)
  return { ids: named.length > 0 ? named : data?.items.map(({ id }) => id).toReversed(), error }
}

const ROWS: { figure: BranchFigure; format: (value: number | undefined, locale: string) => string }[] = [
  { figure: 'time', format: formatDuration },
  { figure: 'tokens', format: formatCount },
  { figure: 'cost', format: formatCost },
]

function Figures({ columns, onPromote }: { columns: readonly BranchColumn[]; onPromote: (id: string) => void }) {
  const t = useTranslations('run.branches')
  const locale = useLocale()
  const [parent] = columns
  const shown = ROWS.filter(({ figure }) => figure !== 'cost' || columns.some(({ figures }) => figures.cost !== undefined))
  return (
    <section>
      <Card className="overflow-hidden">
        <Table label={t('figures')} cards={false} className="table-fixed">
          <TableHeader>
            <TableRow>
              <TableHead className="w-28"><span className="sr-only">{t('figures')}</span></TableHead>
              {columns.map(({ run }, index) => (
                <TableHead key={run.id} className="w-56">
                  <span className="flex flex-wrap items-center gap-2 py-1">
                    <Link href={`/runs/${run.id}`} className="font-semibold text-foreground underline underline-offset-2">{index === 0 ? t('parent') : t('branch', { name: letterOf(index - 1) })}</Link>
                    <StatusBadge compact status={run.status} />
                  </span>
                </TableHead>
              ))}
            </TableRow>
          </TableHeader>
          <TableBody>
            <TableRow>
              <TableHead scope="row">{t('changed')}</TableHead>
              {columns.map((column, index) => <TableCell key={column.run.id} className="align-top text-xs">{index === 0 ? UNKNOWN : <Edits column={column} />}</TableCell>)}
            </TableRow>
            {shown.map(({ figure, format }) => (
              <TableRow key={figure}>
                <TableHead scope="row">{t(`figure.${figure}`)}</TableHead>
                {columns.map(({ run, figures, best }) => (
                  <TableCell key={run.id} className="tabular-nums">
                    {format(figures[figure], locale)} {best.has(figure) && <Badge tone="success"><Trophy aria-hidden /> {t('best')}</Badge>}
                  </TableCell>
                ))}
              </TableRow>
            ))}
            <TableRow>
              <TableHead scope="row"><span className="sr-only">{t('actions')}</span></TableHead>
              {columns.map(({ run, edits }, index) => (
                <TableCell key={run.id}>
                  {index > 0 && (
                    <span className="flex flex-wrap gap-1.5">
                      <Button size="sm" disabled={!edits.some(({ kind }) => kind === 'field')} onClick={() => onPromote(run.id)}><ArrowUpFromLine aria-hidden className="size-3.5" /> {t('promote')}</Button>
                      <Button asChild size="sm" variant="ghost"><Link href={`/runs/${parent!.run.id}/compare/${run.id}`}>{t('compare')}</Link></Button>
                    </span>
                  )}
                </TableCell>
              ))}
            </TableRow>
          </TableBody>
        </Table>
      </Card>
      <p className="mt-1 text-2xs text-muted-foreground">{t('figuresHint')}</p>
    </section>
  )
}

function Edits({ column: { edits } }: { column: BranchColumn }) {
  const t = useTranslations('run.branches')
  if (edits.length === 0) return <span className="text-muted-foreground">{t('nothing')}</span>
  return (
    <ul className="flex flex-col gap-1">
      {edits.map((edit) => (
        <li key={`${edit.name} ${edit.kind === 'field' ? edit.field : ''}`} className="min-w-0">
          <span className="font-medium">{edit.name}</span>{' '}
          {edit.kind === 'output' ? t('outputGiven') : <><span className="font-mono text-muted-foreground">{edit.field}</span><span className="mt-0.5 line-clamp-4 break-words whitespace-pre-wrap">{textOf(edit.value)}</span></>}
        </li>
      ))}
    </ul>
  )
}

/** What one node gave in each; a branch shows how it differs from the parent. */
function Outputs({ row: { name, outputs }, columns }: { row: BranchRow; columns: readonly BranchColumn[] }) {
  const t = useTranslations('run.branches')
  const held = (index: number) => ({ runId: columns[index]!.run.id, value: outputs[index]! })
  return (
    <Card className="overflow-hidden">
      <h2 className="border-b px-3 py-1.5 text-sm font-semibold">{name}</h2>
      <div className="flex divide-x overflow-x-auto">
        {outputs.map((output, index) => {
          const label = index === 0 ? t('parent') : t('branch', { name: letterOf(index - 1) })
          return (
            <section key={columns[index]!.run.id} aria-label={t('outputOf', { name, branch: label })} className="min-w-56 flex-1 p-3">
              <h3 className="mb-1 text-xs text-muted-foreground">{label}</h3>
              {output === null ? <p className="text-xs text-muted-foreground">{UNKNOWN}</p> : <OutputDiff label={t('outputOf', { name, branch: label })} before={held(index === 0 || outputs[0] === null ? index : 0)} after={held(index)} />}
            </section>
          )
        })}
      </div>
    </Card>
  )
}

function textOf(value: Json | undefined): string {
  return value === undefined ? UNKNOWN : typeof value === 'string' ? value : JSON.stringify(value)
}
