'use client'

import { useLocale, useTranslations } from 'next-intl'
import type { HealthReason } from '@/domain/health/health-reason'
import { formatBytes, formatDuration, formatShare } from '@/domain/metric/figures'

const CHECKS = ['store', 'fleet', 'engine', 'queue', 'disk', 'event-loop', 'python'] as const

/** Checks and what they found, in the reader's language; what a server of another version says is shown as it says it. */
export function useHealthWords() {
  const t = useTranslations('settings.checks')
  const locale = useLocale()
  return {
    check(name: string): string {
      const known = CHECKS.find((one) => one === name)
      return known ? t(`name.${known}`) : name
    },
    reason: (reason: HealthReason | undefined, message: string): string => (reason ? t(`reason.${reason.code}`, spokenValues(reason, locale)) : message),
  }
}

/** Values in the units that the ends of their names tell; counts stay numbers, for plurals. */
export function spokenValues({ values }: HealthReason, locale: string): Record<string, string | number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? spoken(name, value, locale) : value]))
}

function spoken(name: string, value: number, locale: string): string | number {
  if (name.endsWith('Bytes')) return formatBytes(value, locale)
  if (name.endsWith('Share')) return formatShare(value, locale)
  return name.endsWith('Ms') ? formatDuration(value, locale) : value
}
