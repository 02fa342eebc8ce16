'use client'

import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { Step } from '@/domain/run/run-state'
import { costOfStep } from '@/domain/metric/token-price'
import { formatCost, formatCount, formatDuration, formatShare } from '@/domain/metric/figures'
import { useTokenPrices } from '@/components/live/use-token-prices'
import { CandidateBars } from './candidate-bars'
import { InstanceLink } from './instance-link'
import { PHASE_FILL } from './phase-look'

const PARTS = [
  { key: 'queueMs', fill: PHASE_FILL.queue },
  { key: 'prefillMs', fill: PHASE_FILL.prefill },
  { key: 'decodeMs', fill: PHASE_FILL.decode },
] as const

// What today's policy says; a stored run may carry a word of another one.
const REASONS = ['home', 'admitted', 'moved', 'prefix', 'spill', 'least-loaded', 'turn', 'hash', 'spread', 'only-one'] as const

function isReason(word: string): word is (typeof REASONS)[number] {
  return REASONS.some((reason) => reason === word)
}

/** Which instance served the step, why, and how the call's time was spent. */
export function StepRoute({ step }: { step: Step }) {
  const t = useTranslations('run')
  const locale = useLocale()
  const { route } = step
  const prices = useTokenPrices()
  if (!route) return <p className="py-3 text-sm text-muted-foreground">{t('noRoute')}</p>
  const total = Math.max(1, route.queueMs + route.prefillMs + route.decodeMs)
  const facts: [string, ReactNode][] = [
    [t('route.instance'), <InstanceLink key="instance" route={route} at={step.startedAt ?? 0} />],
    [t('route.policy'), route.policy],
    [t('route.reason'), route.reason === undefined ? '–' : isReason(route.reason) ? t(`route.reasons.${route.reason}`) : route.reason],
    [t('route.prompt'), formatCount(route.promptTokens, locale)],
    [t('route.cached'), route.cachedTokens === undefined ? '–' : `${formatCount(route.cachedTokens, locale)} (${formatShare(route.cachedTokens / Math.max(1, route.promptTokens), locale)})`],
    [t('route.completion'), formatCount(route.completionTokens, locale)],
    ...(route.model === undefined ? [] : [[t('route.model'), route.model] as [string, ReactNode]]),
    ...(prices.length === 0 ? [] : [[t('costTotal'), <span key="cost" title={t('costTitle')}>{formatCost(costOfStep(prices, step), locale)}</span>] as [string, ReactNode]]),
  ]
  return (
    <div className="space-y-4">
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-sm">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted-foreground">{name}</dt>
            <dd className="min-w-0 break-words tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      <div>
        <div className="flex h-3 overflow-hidden rounded-full bg-muted" aria-hidden>
          {PARTS.map(({ key, fill }) => <span key={key} className={fill} style={{ width: `${(route[key] / total) * 100}%` }} />)}
        </div>
        <ul className="mt-2 space-y-1 text-sm">
          {PARTS.map(({ key, fill }) => (
            <li key={key} className="flex items-center gap-2">
              <span aria-hidden className={`size-2.5 rounded-sm ${fill}`} />
              <span className="text-muted-foreground">{t(`route.${key}`)}</span>
              <span className="ml-auto tabular-nums">{formatDuration(route[key], locale)}</span>
            </li>
          ))}
        </ul>
      </div>
      {route.candidates && <CandidateBars candidates={route.candidates} chosen={route.chosen} />}
    </div>
  )
}
