'use client'

import { ArrowRight } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { formatClock, formatDuration } from '@/domain/metric/figures'
import type { Message } from '@/domain/run/run-state'
import { JsonView } from './json-view'
import { useRunView } from './run-context'
import { StepLink } from './step-link'

/** What the steps of the run have said to each other by the shown moment, and who has heard it. */
export function RunMessages() {
  const t = useTranslations('run.messages')
  const locale = useLocale()
  const messages = useRunView((view) => view.shown.messages)
  if (messages.length === 0) return <p className="py-3 text-sm text-muted-foreground">{t('none')}</p>
  return (
    <ol aria-label={t('label')} className="space-y-2">
      {messages.map((message) => (
        <li key={message.id} className="rounded-md border p-2.5 text-sm">
          <p className="flex flex-wrap items-center gap-1.5">
            <StepLink stepKey={message.from} />
            <ArrowRight role="img" aria-label={t('to')} className="size-3.5 shrink-0 text-muted-foreground" />
            <StepLink stepKey={message.to} />
            <time dateTime={new Date(message.sentAt).toISOString()} className="ml-auto text-xs text-muted-foreground tabular-nums">{formatClock(message.sentAt, locale)}</time>
          </p>
          <p className="py-1 text-xs text-muted-foreground">{stateText(message, t, locale)}</p>
          <JsonView value={message.payload} label={t('payloadOf', { from: message.from })} />
        </li>
      ))}
    </ol>
  )
}

function stateText({ sentAt, expiresAt, state }: Message, t: ReturnType<typeof useTranslations<'run.messages'>>, locale: string): string {
  switch (state.kind) {
    case 'queued':
      return expiresAt === undefined ? t('queued') : t('queuedUntil', { at: formatClock(expiresAt, locale) })
    case 'received':
      return t('received', { after: formatDuration(state.at - sentAt, locale) })
    case 'expired':
      return t('expired', { at: formatClock(state.at, locale) })
  }
}
