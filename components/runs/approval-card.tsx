'use client'

import { CirclePause } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { useId, useState } from 'react'
import type { Graph } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { formatMoment } from '@/domain/metric/figures'
import { openApprovals, type OpenApproval } from '@/domain/run/open-approvals'
import { largeOf } from '@/domain/run/large-value'
import type { RunGraph } from '@/domain/run/run-graph'
import { isFinished } from '@/domain/run/run-state'
import { useRefused } from '@/components/live/problem-words'
import { Button } from '@/components/ui/button'
import { Textarea } from '@/components/ui/textarea'
import { compiledGraph } from './compiled-graph'
import { JsonView } from './json-view'
import { useRunId, useRunView, useShownStep } from './run-context'
import { useAnswerApproval } from './run-queries'

/** Every approval that waits at the shown moment. Answering acts on the run as it is now. */
export function ApprovalCards({ graph }: { graph: Graph }) {
  const compiled = compiledGraph(graph)
  // Keys as one text keep their identity from frame to frame; no key has a line break.
  const keys = useRunView((view) => openApprovals(view.shown, compiled).map((open) => open.key).join('\n'))
  if (keys === '') return null
  return <div className="divide-y border-b md:max-h-[45vh] md:overflow-auto">{keys.split('\n').map((key) => <ApprovalCard key={key} nodeKey={key} compiled={compiled} />)}</div>
}

function ApprovalCard({ nodeKey, compiled }: { nodeKey: string; compiled: RunGraph }) {
  const refused = useRefused()
  const t = useTranslations('run.approval')
  const locale = useLocale()
  const id = useId()
  const runId = useRunId()
  const [comment, setComment] = useState('')
  const answer = useAnswerApproval(runId, nodeKey)
  const step = useShownStep(nodeKey)
  const stillOpen = useRunView((view) => !isFinished(view.head) && view.head.steps[nodeKey]?.state.kind === 'running')
  const shown = useRunView((view) => view.shown)
  const open = openApprovals(shown, compiled).find((one) => one.key === nodeKey)
  const large = largeOf(step?.input)
  const prompt = promptOf(step?.input) ?? open?.node.config.prompt ?? ''

  function decide(decision: 'approve' | 'reject') {
    answer.mutate(
      { decision, ...(comment.trim() !== '' && { comment: comment.trim() }) },
      { onError: refused },
    )
  }

  return (
    <section aria-labelledby={`${id}-title`} className="bg-state-waiting-soft px-4 py-3">
      <h2 id={`${id}-title`} className="flex items-center gap-2 text-base font-semibold text-state-waiting">
        <CirclePause aria-hidden className="size-4" /> {t('title', { name: open?.node.name ?? nodeKey })}
        {open?.node.id !== nodeKey && <code className="font-mono text-xs font-normal">{nodeKey}</code>}
      </h2>
      {large
        ? <div className="mt-1 max-h-40 max-w-3xl overflow-auto"><JsonView value={large} label={t('question')} /></div>
        : <p role="group" aria-label={t('question')} tabIndex={0} className="mt-1 max-h-40 max-w-3xl overflow-auto text-sm whitespace-pre-wrap">{prompt}</p>}
      {open?.until !== undefined && <p className="mt-1 text-xs text-muted-foreground tabular-nums">{t('until', { at: formatMoment(open.until, locale) })} {t(`then.${thenOf(open)}`)}</p>}
      {stillOpen ? (
        <div className="mt-2 flex max-w-3xl flex-col gap-2 sm:flex-row sm:items-end">
          <div className="flex-1">
            <label htmlFor={`${id}-comment`} className="mb-1 block text-xs font-medium">{t('comment')}</label>
            <Textarea id={`${id}-comment`} rows={2} value={comment} onChange={(event) => setComment(event.target.value)} />
          </div>
          <div className="flex gap-2">
            <Button variant="primary" disabled={answer.isPending || answer.isSuccess} onClick={() => decide('approve')}>{t('approve')}</Button>
            <Button disabled={answer.isPending || answer.isSuccess} onClick={() => decide('reject')}>{t('reject')}</Button>
          </div>
        </div>
      ) : (
        <p className="mt-1 text-xs text-muted-foreground">{t('answered')}</p>
      )}
    </section>
  )
}

/** What comes when nobody answers: the time of the step counts as a failure, whatever the approval's own says. */
function thenOf({ node: { config } }: OpenApproval): 'approve' | 'reject' | 'fail' {
  return config.timeoutMs !== undefined && config.timeoutMs <= (config.stepTimeoutMs ?? Infinity) ? config.onTimeout : 'fail'
}

/** The prompt as the engine rendered it, when the step's input carries it. */
function promptOf(input: Json | undefined): string | undefined {
  return typeof input === 'object' && input !== null && !Array.isArray(input) && typeof input.prompt === 'string' ? input.prompt : undefined
}
