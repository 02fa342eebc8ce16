'use client'

import { useLocale, useTranslations } from 'next-intl'
import type { Attempt, Step } from '@/domain/run/run-state'
import { formatClock, formatDuration } from '@/domain/metric/figures'
import { useProblemWords } from '@/components/live/problem-words'
import { StatusBadge } from './status-badge'

/** Each try of a step: when, how long, what went wrong, and when the next one comes. */
export function StepAttempts({ step }: { step: Step }) {
  const t = useTranslations('run')
  const locale = useLocale()
  const words = useProblemWords()
  if (step.attempts.length === 0) return <p className="py-3 text-sm text-muted-foreground">{t('noAttempts')}</p>
  return (
    <ol className="space-y-2">
      {step.attempts.map((attempt, index) => (
        <li key={attempt.attempt} className="rounded-md border p-2.5 text-sm">
          <div className="flex items-center gap-2">
            <span className="font-medium">{t('attempt', { number: attempt.attempt })}</span>
            <StatusBadge compact status={statusOf(attempt, step, index === step.attempts.length - 1)} />
            <span className="ml-auto text-xs text-muted-foreground tabular-nums">
              {formatClock(attempt.startedAt, locale)} · {formatDuration(attempt.finishedAt === undefined ? undefined : attempt.finishedAt - attempt.startedAt, locale)}
            </span>
          </div>
          {attempt.interrupted && <p className="pt-1 text-xs text-muted-foreground">{t('interrupted')}</p>}
          {attempt.error && (
            <div className="pt-1.5 text-xs">
              <Told code={attempt.error.code} {...words(attempt.error)} />
              {attempt.error.retryAfterMs !== undefined && <p className="text-muted-foreground">{t('askedToWait', { duration: formatDuration(attempt.error.retryAfterMs, locale) })}</p>}
              {!attempt.interrupted && <p className="text-muted-foreground">{t(attempt.error.retryable ? 'mayPass' : 'notRetried')}</p>}
            </div>
          )}
          {attempt.text !== '' && attempt.error && <p className="mt-1.5 line-clamp-3 text-xs break-words whitespace-pre-wrap text-muted-foreground">{attempt.text}</p>}
        </li>
      ))}
      {step.state.kind === 'running' && step.wakeAt !== undefined && <li className="text-xs text-muted-foreground">{t('nextAttempt', { at: formatClock(step.wakeAt, locale) })}</li>}
    </ol>
  )
}

function statusOf(attempt: Attempt, step: Step, last: boolean) {
  // A failure that its node skips is told by the step alone.
  if (attempt.error || (last && step.state.kind === 'skipped')) return 'failed'
  if (!last) return 'cancelled'
  return step.state.kind === 'completed' || step.state.kind === 'cancelled' ? step.state.kind : attempt.finishedAt === undefined ? 'running' : 'completed'
}

/** What went wrong, and what to do about it. */
function Told({ code, title, detail, hint }: { code: string } & ReturnType<ReturnType<typeof useProblemWords>>) {
  return (
    <>
      <p className="break-words whitespace-pre-wrap"><span className="font-mono">{code}</span> {title}</p>
      {detail !== undefined && <p className="break-words whitespace-pre-wrap">{detail}</p>}
      {hint && <p className="text-muted-foreground">{hint}</p>}
    </>
  )
}
