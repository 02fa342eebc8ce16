'use client'

import { useLocale, useTranslations } from 'next-intl'
import { formatCost, formatCount, formatDuration, formatShare } from '@/domain/metric/figures'
import type { AllExecutionsBody } from '@/wire/samples'

/** What all of the time shown comes to. */
export function TotalFigures({ total }: { total: AllExecutionsBody['all']['total'] }) {
  const t = useTranslations('metrics')
  const locale = useLocale()
  const figures = {
    executions: formatCount(total.executions, locale), perMinute: formatCount(total.perMinute, locale), successRate: formatShare(total.successRate ?? undefined, locale),
    mean: formatDuration(total.durationMs?.mean, locale), p95: formatDuration(total.durationMs?.p95, locale), tokens: formatCount(total.tokens ? total.tokens.prompt + total.tokens.completion : undefined, locale),
    // Without prices there is nothing to say of costs.
    ...(total.cost !== null && { cost: formatCost(total.cost, locale) }),
  }
  return (
    <dl className="grid grid-cols-2 gap-2 sm:grid-cols-3 lg:grid-cols-[repeat(auto-fit,minmax(8rem,1fr))]">
      {Object.entries(figures).map(([name, value]) => (
        <div key={name} className="rounded-lg border bg-card px-3 py-2"><dt className="text-xs text-muted-foreground">{t(`total.${name as keyof typeof figures}`)}</dt><dd className="text-lg font-semibold tabular-nums">{value}</dd></div>
      ))}
    </dl>
  )
}
