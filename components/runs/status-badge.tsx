'use client'

import { useTranslations } from 'next-intl'
import { cn } from '@/components/ui/cn'
import { LOOK, type AnyStatus } from './status-look'

/** A run's or step's state: icon, word and colour. Compact ones stand by the dozen and keep still: where no GPU helps, each that turns costs the canvas a drawing per frame. */
export function StatusBadge({ status, compact = false }: { status: AnyStatus; compact?: boolean }) {
  const t = useTranslations('states')
  const look = LOOK[status]
  const Icon = look.icon
  return (
    <span data-status={status} className={cn('inline-flex shrink-0 items-center gap-1 rounded-full font-medium whitespace-nowrap', compact ? 'px-1.5 py-px text-2xs' : 'px-2 py-0.5 text-xs', look.soft, look.text)}>
      <Icon aria-hidden className={cn('size-3', status === 'running' && !compact && 'motion-safe:animate-spin')} />
      {t(status)}
    </span>
  )
}
