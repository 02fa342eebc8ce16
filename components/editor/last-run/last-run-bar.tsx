'use client'

import { Panel } from '@xyflow/react'
import { Eye, EyeOff, LoaderCircle } from 'lucide-react'
import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { formatDuration } from '@/domain/metric/figures'
import { IconButton } from '@/components/ui/icon-button'
import { useEditorView } from '../editor-context'
import { useLastRun, useLastRunStore } from './last-run-context'
import { useFollowTrial } from './use-last-run'

/** On the canvas: how long the critical path takes, how many nodes are stale, the trial that goes on, and a switch for all of it. */
export function LastRunBar() {
  const t = useTranslations('lastRun')
  const locale = useLocale()
  const store = useLastRunStore()
  const outermost = useEditorView((view) => view.path.length === 0)
  const shown = useLastRun((view) => view.shown)
  const any = useLastRun((view) => Object.keys(view.results).length > 0)
  const path = useLastRun((view) => view.path)
  const stale = useLastRun((view) => view.stale.size)
  const runId = useLastRun((view) => view.trial?.runId)
  useFollowTrial(store, runId)
  // What the bar sums up is of the outermost level; that a trial goes on is told everywhere.
  if (runId === undefined && !(outermost && any)) return null
  return (
    <Panel position="top-left" className="m-2!">
      <div role="group" aria-label={t('title')} className="flex items-center gap-2 rounded-md border bg-card px-2 py-0.5 text-xs text-muted-foreground tabular-nums">
        {runId !== undefined && <Link href={`/runs/${runId}`} className="inline-flex items-center gap-1 text-state-running underline underline-offset-2"><LoaderCircle aria-hidden className="size-3 animate-spin motion-reduce:animate-none" />{t('trying')}</Link>}
        {outermost && shown && path && <span className="inline-flex items-center gap-1.5"><span aria-hidden className="h-0.5 w-4 rounded bg-brand" />{t('criticalSum', { duration: formatDuration(path.durationMs, locale) })}</span>}
        {outermost && shown && stale > 0 && <span className="text-state-waiting">{t('staleCount', { count: stale })}</span>}
        <IconButton size="sm" label={t('show')} aria-pressed={shown} onClick={() => store.show(!shown)}>{shown ? <Eye aria-hidden /> : <EyeOff aria-hidden />}</IconButton>
      </div>
    </Panel>
  )
}
