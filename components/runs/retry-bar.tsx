'use client'

import { RotateCcw } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { toast } from 'sonner'
import type { RetryRunsAnswer } from '@/wire/runs'
import { sentencesOf, useProblemWords, useRefused } from '@/components/live/problem-words'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { useRetryRuns } from './run-queries'

/** Most runs that one call takes. */
const MOST_RETRIED = 200

/** What to do with the failed runs that are chosen, and what became of the last ones. */
export function RetryBar({ chosen, onRetried }: { chosen: readonly string[]; onRetried: (ids: readonly string[]) => void }) {
  const refused = useRefused()
  const t = useTranslations('runs.retry')
  const retry = useRetryRuns()
  const sent = chosen.slice(0, MOST_RETRIED)
  const send = () =>
    retry.mutate(sent, {
      onSuccess: ({ retried }) => {
        if (retried > 0) toast.success(t('retried', { count: retried }))
        onRetried(sent)
      },
      onError: refused,
    })
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-3">
        <Button variant="primary" busy={retry.isPending} disabled={chosen.length === 0} onClick={send}><RotateCcw aria-hidden /> {t('button', { count: sent.length })}</Button>
        <p className="text-xs text-muted-foreground">{t('hint')}</p>
      </div>
      {retry.data && retry.data.refused > 0 && <Refused answer={retry.data} />}
    </div>
  )
}

function Refused({ answer: { refused, results } }: { answer: RetryRunsAnswer }) {
  const words = useProblemWords()
  const t = useTranslations('runs.retry')
  return (
    <Notice tone="warning" title={t('refused', { count: refused })}>
      <ul className="text-xs">
        {results.flatMap(({ id, problem }) => (problem ? [<li key={id}><Link href={`/runs/${id}`} className="font-mono hover:underline">…{id.slice(-8)}</Link>: {sentencesOf(words({ ...problem, message: problem.detail }))}</li>] : []))}
      </ul>
    </Notice>
  )
}
