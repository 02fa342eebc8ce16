'use client'

import { ArrowDown, ArrowUp } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { formatCount, formatDuration, formatShare, UNKNOWN } from '@/domain/metric/figures'
import type { Candidate } from '@/domain/route/candidate'
import { Button } from '@/components/ui/button'
import { termsOf, type Term, type TermUnit } from './candidate-terms'

/** Instances shown at first: with many, the chosen one and a few to compare it with. */
const FIRST = 4

/** What the router saw of each instance when it chose: a bar chart for each term, the chosen instance in colour. */
export function CandidateBars({ candidates, chosen }: { candidates: readonly Candidate[]; chosen: string | undefined }) {
  const t = useTranslations('run.route')
  const [all, setAll] = useState(false)
  const shown = all ? candidates : candidates.slice(0, FIRST)
  const left = candidates.length - shown.length
  return (
    <section aria-labelledby="candidates" className="@container">
      <h3 id="candidates" className="mb-2 text-xs font-medium">{t('candidates')}</h3>
      <div className="grid grid-cols-1 gap-x-5 gap-y-3 @xs:grid-cols-2">
        {termsOf(shown).map((term) => <TermChart key={term.name} term={term} chosen={chosen} />)}
      </div>
      {left > 0 && <Button size="sm" variant="ghost" className="mt-2" onClick={() => setAll(true)}>{t('allCandidates', { count: left })}</Button>}
    </section>
  )
}

function TermChart({ term: { name, known, unit, better, bars }, chosen }: { term: Term; chosen: string | undefined }) {
  const t = useTranslations('run.route')
  const locale = useLocale()
  const Arrow = better === 'more' ? ArrowUp : ArrowDown
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex items-center gap-1 text-2xs text-muted-foreground">
        {known ? t(`terms.${known}`) : name}
        {better && <><Arrow aria-hidden className="size-3" /><span className="sr-only">{t(`${better}IsBetter`)}</span></>}
      </figcaption>
      <ul className="grid grid-cols-[fit-content(5rem)_minmax(2rem,1fr)_auto] items-center gap-x-2 gap-y-0.5 text-xs">
        {bars.map(({ instanceId, value, share }) => {
          const isChosen = instanceId === chosen
          return (
            <li key={instanceId} className="contents">
              <span title={instanceId} className={isChosen ? 'truncate font-mono font-semibold' : 'truncate font-mono text-muted-foreground'}>{instanceId}{isChosen && <span className="sr-only"> {t('chosen')}</span>}</span>
              <span aria-hidden className="h-2 overflow-hidden rounded-sm bg-accent"><span className={isChosen ? 'block h-full bg-brand' : 'block h-full bg-input'} style={{ width: `${share * 100}%` }} /></span>
              <span className="text-right tabular-nums">{written(value, unit, locale)}</span>
            </li>
          )
        })}
      </ul>
    </figure>
  )
}

function written(value: number | undefined, unit: TermUnit, locale: string): string {
  switch (unit) {
    case 'count':
      return formatCount(value === undefined ? undefined : Math.round(value), locale)
    case 'share':
      return formatShare(value, locale)
    case 'duration':
      return formatDuration(value, locale)
    case 'times':
      return value === undefined ? UNKNOWN : `× ${new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(value)}`
    case 'score':
      return value === undefined ? UNKNOWN : new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(value)
  }
}
