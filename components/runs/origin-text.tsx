'use client'

import { CalendarClock, FlaskConical, User, Webhook, Workflow } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import type { RunOrigin } from '@/domain/run/run-origin'

/** Who or what started a run: a person, a schedule, a webhook, a trial in the editor, or a step of another run, which it leads to. */
export function OriginText({ origin }: { origin: RunOrigin }) {
  const t = useTranslations('runs.origin')
  const { icon: Icon, text } = partsOf(origin, t)
  if (origin.kind === 'run') return <Link href={`/runs/${origin.runId}?step=${encodeURIComponent(origin.nodeId)}`} title={text} className="inline-flex max-w-56 items-center align-middle gap-1 text-xs text-muted-foreground underline underline-offset-2"><Icon aria-hidden className="size-3 shrink-0" /><span className="truncate">{text}</span></Link>
  return <span title={text} className="inline-flex max-w-56 items-center align-middle gap-1 text-xs text-muted-foreground"><Icon aria-hidden className="size-3 shrink-0" /><span className="truncate">{text}</span></span>
}

function partsOf(origin: RunOrigin, t: ReturnType<typeof useTranslations<'runs.origin'>>) {
  switch (origin.kind) {
    case 'person':
      return { icon: User, text: origin.by === 'local' ? t('local') : t('person', { by: origin.by }) }
    case 'trial':
      return { icon: FlaskConical, text: t(`trial.${origin.reach}`, { name: origin.name }) }
    case 'schedule':
      return { icon: CalendarClock, text: t('schedule', { name: origin.name }) }
    case 'webhook':
      return { icon: Webhook, text: t('webhook', { name: origin.name }) }
    case 'run':
      return { icon: Workflow, text: t('run', { name: origin.callers.at(-1)?.name ?? origin.runId, step: origin.nodeId }) }
  }
}
