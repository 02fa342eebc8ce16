'use client'

import { useTranslations } from 'next-intl'
import { cn } from '@/components/ui/cn'
import { useRunView } from './run-context'
import { LOOK } from './status-look'

/** A step's state at the shown moment as its icon; the word is there for those who do not see it. */
export function StepMark({ stepKey }: { stepKey: string }) {
  const t = useTranslations('states')
  const status = useRunView((view) => (view.shown.waitingFor.includes(stepKey) ? 'waiting' : (view.shown.steps[stepKey]?.state.kind ?? 'pending')))
  const { icon: Icon, text } = LOOK[status]
  return <span title={t(status)} data-status={status} className={cn('shrink-0', text)}><Icon aria-hidden className="size-3.5" /><span className="sr-only">{t(status)}</span></span>
}
