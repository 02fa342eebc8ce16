'use client'

import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { formatCount } from '@/domain/metric/figures'
import { LOG_CATEGORIES, LOG_LEVELS, type LogSummaryBody } from '@/wire/telemetry'
import { cn } from '@/components/ui/cn'
import type { LogFilter } from './log-filter'
import { levelColour } from './log-look'

type CountsProps = { summary: LogSummaryBody | undefined; filter: LogFilter; onChange: (change: Partial<LogFilter>) => void }

/** How many lines are kept of each level and category; a press shows them. */
export function LogCounts({ summary, filter, onChange }: CountsProps) {
  const t = useTranslations('logs')
  const lowest = LOG_LEVELS.indexOf(filter.level)
  return (
    <div className="flex min-w-0 flex-col lg:flex-row lg:gap-4">
      <Chips label={t('level')}>
        {LOG_LEVELS.map((level, index) => (
          <Chip key={level} count={summary?.byLevel[level]} pressed={level === filter.level} dim={index < lowest} title={t('atLeast', { level })} onPress={() => onChange({ level })}>
            <span className={levelColour[level]}>{level}</span>
          </Chip>
        ))}
      </Chips>
      <Chips label={t('category')}>
        {LOG_CATEGORIES.map((category) => (
          <Chip key={category} count={summary?.byCategory[category]} pressed={category === filter.category} dim={filter.category !== undefined && category !== filter.category} onPress={() => onChange({ category: category === filter.category ? undefined : category })}>
            {t(`categories.${category}`)}
          </Chip>
        ))}
      </Chips>
    </div>
  )
}

function Chips({ label, children }: { label: string; children: ReactNode }) {
  return <div role="group" aria-label={label} className="-mx-1 flex min-w-0 gap-1 overflow-x-auto p-1 sm:flex-wrap">{children}</div>
}

type ChipProps = { count: number | undefined; pressed: boolean; dim: boolean; title?: string; onPress: () => void; children: ReactNode }

function Chip({ count, pressed, dim, title, onPress, children }: ChipProps) {
  const locale = useLocale()
  return (
    <button type="button" aria-pressed={pressed} title={title} onClick={onPress} className={cn('inline-flex h-6 shrink-0 items-center gap-1.5 rounded-full border px-2 text-2xs transition-colors hover:bg-accent', pressed ? 'border-brand bg-brand-soft font-medium' : 'bg-card', dim && 'border-dashed bg-background')}>
      {children}
      <span className="text-muted-foreground tabular-nums">{formatCount(count, locale)}</span>
    </button>
  )
}
