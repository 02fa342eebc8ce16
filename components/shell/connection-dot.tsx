'use client'

import { useTranslations } from 'next-intl'
import { useConnection } from '@/components/live/use-connection'
import { cn } from '@/components/ui/cn'

const colour = { connecting: 'bg-state-waiting', live: 'bg-state-completed', lost: 'bg-state-failed' }

/** Whether what the page shows is live. In words too, for those who do not see the dot. */
export function ConnectionDot() {
  const t = useTranslations('shell.connection')
  const state = useConnection()
  return (
    <span role="status" title={t(state)} className="flex items-center gap-1 text-2xs text-muted-foreground">
      <span aria-hidden className={cn('size-2 rounded-full', colour[state])} />
      <span className="hidden md:inline">{t(`${state}Short`)}</span>
      <span className="sr-only">{t(state)}</span>
    </span>
  )
}
