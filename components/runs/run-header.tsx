'use client'

import { Ban, Columns3, GitCompare, GitFork, StepForward } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { toast } from 'sonner'
import { shallow } from 'zustand/shallow'
import { formatCost, formatCount, formatDuration, formatMoment } from '@/domain/metric/figures'
import { isFinished } from '@/domain/run/run-state'
import type { RetryRunsAnswer } from '@/wire/runs'
import { useTokenPrices } from '@/components/live/use-token-prices'
import { ProblemError } from '@/components/live/problem-error'
import { useRefused } from '@/components/live/problem-words'
import { AlertDialog } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { OriginText } from './origin-text'
import { runDuration, totalCost, totalTokens } from './run-figures'
import { useRunId, useRunStore, useRunView, useSameOfRun } from './run-context'
import { RunAgain } from './run-again'
import { branchesPath } from './run-paths'
import { useCancelRun, useRetryRuns } from './run-queries'
import { SnapshotsMenu } from './snapshots-menu'
import { StatusBadge } from './status-badge'
import { useAtMoment } from './use-moment'

/** Which run this is, how it stands at the shown moment, and what can be done with it. */
export function RunHeader() {
  const t = useTranslations('run')
  const locale = useLocale()
  const runId = useRunId()
  const status = useRunView((view) => view.shown.status)
  // Of the head only what stands still: the header is drawn again when one of these changes, not at every event.
  const head = useSameOfRun(({ head: { workflowId, workflowName, version, createdAt, origin, priority, parentRunId, forkedFrom } }) => ({ workflowId, workflowName, version, createdAt, origin, priority, parentRunId, forkedFrom }), shallow)
  const headStatus = useRunView((view) => view.head.status)
  const finished = useRunView((view) => isFinished(view.head))
  return (
    <header className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b bg-card px-4 py-2">
      <div className="min-w-0">
        <h1 className="flex items-center gap-2 text-base font-semibold">
          <Link href={`/workflows/${head.workflowId}`} className="truncate hover:underline">{head.workflowName}</Link>
          <StatusBadge status={status} />
        </h1>
        <p className="truncate text-2xs text-muted-foreground"><span className="font-mono">{runId}</span> · {formatMoment(head.createdAt ?? 0, locale)} · {head.version === 'draft' ? t('draft') : <Link href={`/workflows/${head.workflowId}/versions?from=${head.version}`} className="underline underline-offset-2">{t('version', { version: head.version })}</Link>}</p>
      </div>
      {head.origin && <OriginText origin={head.origin} />}
      <dl className="flex gap-4 text-xs tabular-nums">
        <Figure name={t('duration')}><Elapsed /></Figure>
        <Figure name={t('priority')}>{head.priority}</Figure>
        <Spent />
      </dl>
      {head.parentRunId !== undefined && (
        <Link href={`/runs/${head.parentRunId}`} className="inline-flex items-center gap-1 rounded-full border border-state-reused-border bg-state-reused-soft px-2 py-0.5 text-xs text-state-reused hover:underline">
          <GitFork aria-hidden className="size-3" /> {head.forkedFrom === undefined ? t('forkOf') : t('forkOfAt', { node: head.forkedFrom })}
        </Link>
      )}
      <div className="ml-auto flex flex-wrap items-center gap-2">
        {head.parentRunId !== undefined && (
          <>
            <Button asChild size="sm"><Link href={`/runs/${head.parentRunId}/compare/${runId}`}><GitCompare aria-hidden className="size-3.5" /> {t('compare.withParent')}</Link></Button>
            <Button asChild size="sm"><Link href={branchesPath(head.parentRunId)}><Columns3 aria-hidden className="size-3.5" /> {t('branches.all')}</Link></Button>
          </>
        )}
        <SnapshotsMenu />
        {headStatus === 'failed' && <RetryRun />}
        {finished ? <RunAgain /> : <CancelRun />}
      </div>
    </header>
  )
}

function Figure({ name, title, children }: { name: string; title?: string; children: ReactNode }) {
  return <div title={title}><dt className="text-2xs text-muted-foreground">{name}</dt><dd className="font-medium">{children}</dd></div>
}

function Elapsed() {
  const locale = useLocale()
  const store = useRunStore()
  return useAtMoment((moment) => formatDuration(runDuration(store.view.getState().shown, moment), locale))
}

function Spent() {
  const t = useTranslations('run')
  const locale = useLocale()
  const prices = useTokenPrices()
  const tokens = useSameOfRun((view) => totalTokens(view.shown), shallow)
  const cost = useRunView((view) => totalCost(view.shown, prices))
  return (
    <>
      <Figure name={t('tokensTotal')}>{formatCount(tokens.prompt + tokens.completion, locale)}</Figure>
      <Figure name={t('cachedTotal')}>{formatCount(tokens.cached, locale)}</Figure>
      {prices.length > 0 && <Figure name={t('costTotal')} title={t('costTitle')}>{formatCost(cost, locale)}</Figure>}
    </>
  )
}

/** Takes over what was completed; "run again" does all of it anew. */
function RetryRun() {
  const refused = useRefused()
  const t = useTranslations('run')
  const router = useRouter()
  const runId = useRunId()
  const retry = useRetryRuns()
  const show = ({ results: [result] }: RetryRunsAnswer) => {
    if (result?.runId !== undefined) router.push(`/runs/${result.runId}`)
    else if (result?.problem) refused(new ProblemError({ ...result.problem, status: 409 }))
  }
  return (
    <Button size="sm" busy={retry.isPending} onClick={() => retry.mutate([runId], { onSuccess: show, onError: refused })}>
      <StepForward aria-hidden className="size-3.5" /> {t('retryRun')}
    </Button>
  )
}

function CancelRun() {
  const refused = useRefused()
  const t = useTranslations('run')
  const cancel = useCancelRun(useRunId())
  return (
    <AlertDialog
      title={t('cancelTitle')}
      description={t('cancelBody')}
      confirmLabel={t('cancelRun')}
      cancelLabel={t('keepRunning')}
      onConfirm={() => cancel.mutate(undefined, { onError: refused })}
      trigger={<Button size="sm" busy={cancel.isPending}><Ban aria-hidden className="size-3.5" /> {t('cancelRun')}</Button>}
    />
  )
}
