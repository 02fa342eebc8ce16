'use client'

import { CircleCheck, CircleX, History, LoaderCircle, Pin, SkipForward } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { memo } from 'react'
import { formatCount, formatDuration } from '@/domain/metric/figures'
import { cn } from '@/components/ui/cn'
import { useEditorView } from '../editor-context'
import { formatCost } from './format-cost'
import { useLastRun } from './last-run-context'
import { glimpse, nodeKey, ofNode } from './last-run-store'

const LOOK = {
  completed: { icon: CircleCheck, tone: 'text-state-completed' },
  failed: { icon: CircleX, tone: 'text-state-failed' },
  skipped: { icon: SkipForward, tone: 'text-state-skipped' },
  running: { icon: LoaderCircle, tone: 'text-state-running' },
  pinned: { icon: Pin, tone: 'text-state-reused' },
} as const

/** Below a node: how it ended the last time, what it took, what it gave, and whether that still holds. It is no part of the node's size. */
export const NodeLastRun = memo(function NodeLastRun({ nodeId, pinned }: { nodeId: string; pinned: boolean }) {
  const key = useEditorView((view) => nodeKey(view.path, nodeId))
  const shown = useLastRun((view) => view.shown)
  // A node of which nothing is known, as most are in a graph that is being drawn, asks for nothing more.
  const any = useLastRun((view) => pinned || ofNode(view.results, key) !== undefined || (view.trial !== undefined && ofNode(view.trial.steps, key) !== undefined))
  return shown && any ? <Strip nodeId={key} pinned={pinned} /> : null
})

function Strip({ nodeId, pinned }: { nodeId: string; pinned: boolean }) {
  const t = useTranslations('lastRun')
  const locale = useLocale()
  const result = useLastRun((view) => ofNode(view.results, nodeId))
  const history = useLastRun((view) => ofNode(view.figures, nodeId))
  const stale = useLastRun((view) => view.stale.get(nodeId))
  const critical = useLastRun((view) => view.onPath.has(nodeId))
  const trying = useLastRun((view) => (view.trial ? ofNode(view.trial.steps, nodeId) : undefined))
  const kind = trying ?? (pinned ? 'pinned' : result?.status)
  if (!kind) return null
  const { icon: Icon, tone } = LOOK[kind]
  const { last, typical } = history ?? {}
  const tokens = last?.tokens && last.tokens.prompt + last.tokens.completion
  const duration = last?.durationMs ?? result?.durationMs
  const value = result?.error?.message ?? glimpse(result?.output)
  return (
    <>
      {critical && <span aria-hidden className="pointer-events-none absolute -inset-1 rounded-xl border-(length:--line) border-brand/70" />}
      <div data-testid={`last-run-${nodeId}`} className="node-detail pointer-events-none absolute top-full left-0 mt-1.5 w-full text-2xs leading-4 text-muted-foreground">
        <p className="node-figures flex items-center gap-1 whitespace-nowrap tabular-nums">
          <Icon role="img" aria-label={t(`status.${kind}`)} className={cn('size-[1.1em] shrink-0', tone, kind === 'running' && 'animate-spin motion-reduce:animate-none')} />
          {duration !== undefined && <span title={typical?.durationMs == null ? undefined : t('about', { last: formatDuration(duration, locale), typical: formatDuration(typical.durationMs, locale) })}>{formatDuration(duration, locale)}{typical?.durationMs != null && history!.runs > 1 && <span className="node-fine opacity-75"> (~{formatDuration(typical.durationMs, locale)})</span>}</span>}
          {tokens != null && <span className="node-fine">· {t('tokensShort', { count: formatCount(tokens, locale) })}</span>}
          {last?.cost != null && <span className="node-fine" title={t('cost')}>· ¤{formatCost(last.cost, locale)}</span>}
          {critical && <span className="sr-only">{t('critical')}</span>}
          {stale && <span title={t(`stale.${stale}`)} className="ml-auto inline-flex items-center gap-0.5 rounded border border-state-waiting-border bg-state-waiting-soft px-1 text-state-waiting"><History aria-hidden className="size-[1em]" />{t('staleShort')}</span>}
        </p>
        {value !== '' && <p className={cn('node-fine truncate font-mono', result?.error && 'text-state-failed')}>{value}</p>}
      </div>
    </>
  )
}
