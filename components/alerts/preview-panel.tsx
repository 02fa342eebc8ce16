'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import type { MeasuredRule } from '@/domain/alert/alert-rule'
import { isLookedUp, metricOf } from '@/domain/alert/metric-catalogue'
import { formatMoment } from '@/domain/metric/figures'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { Skeleton } from '@/components/ui/skeleton'
import type { PreviewAnswer } from '@/wire/alerts'
import { usePreview } from './alert-queries'
import { useAlertWords } from './alert-words'
import { LineSample, PreviewChart } from './preview-chart'
import { preparePreview, type PreparedPreview } from './prepare-preview'

const HOURS = ['1', '6', '24'] as const

/** What the rule as it stands in the form would have said over the last hours. */
export function PreviewPanel({ rule }: { rule: MeasuredRule | undefined }) {
  const t = useTranslations('alerts.preview')
  const words = useAlertWords()
  const [hours, setHours] = useState<(typeof HOURS)[number]>('6')
  const { data, error, refetch } = usePreview(rule, Number(hours))
  const prepared = data && preparePreview(data)
  return (
    <section aria-labelledby="preview-title" className="flex min-w-0 flex-col gap-2 rounded-lg border bg-card p-3 lg:sticky lg:top-0 lg:self-start">
      <header className="flex flex-wrap items-center gap-2">
        <h3 id="preview-title" className="grow text-sm font-semibold">{t('title')}</h3>
        <SegmentedControl size="sm" label={t('span')} value={hours} onValueChange={setHours} segments={HOURS.map((value) => ({ value, label: words.duration(Number(value) * 3_600_000) }))} />
      </header>
      {!rule && <p className="text-sm text-muted-foreground">{t('incomplete')}</p>}
      {rule && error && <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />}
      {rule && !data && !error && <Skeleton className="h-56" />}
      {rule && data && prepared && <Shown rule={rule} data={data} prepared={prepared} />}
    </section>
  )
}

function Shown({ rule, data, prepared }: { rule: MeasuredRule; data: PreviewAnswer; prepared: PreparedPreview }) {
  const t = useTranslations('alerts.preview')
  const locale = useLocale()
  const { scope, unit } = metricOf(rule.metric)
  const words = useAlertWords()
  const summary = prepared.empty ? t('empty') : t('fired', { count: prepared.times })
  return (
    <>
      <p role="status" className="text-sm font-medium">{summary}</p>
      {!prepared.empty && <PreviewChart prepared={prepared} unit={unit} threshold={rule.threshold} names={prepared.series.map((one) => words.subject(one.subject))} summary={summary} />}
      {prepared.empty && <p className="text-sm text-muted-foreground">{isLookedUp(scope) ? t('emptyFleet') : t('emptyRuns')}</p>}
      <ul className="flex flex-col gap-1 text-xs">
        {prepared.series.map((one, index) => (
          <li key={one.subject} className="flex flex-wrap items-center gap-x-2">
            <LineSample index={index} /><span className="min-w-0 font-medium break-all">{words.subject(one.subject)}</span>
            <span className="text-muted-foreground">{t('now', { value: words.value(one.value, unit) })}{one.totalMs > 0 && ` · ${t('firedFor', { count: one.times, duration: words.duration(one.totalMs) })}`}</span>
          </li>
        ))}
        {data.leftOut > 0 && <li className="text-muted-foreground">{t('leftOut', { count: data.leftOut })}</li>}
      </ul>
      <p className="text-xs text-muted-foreground">
        {t('every', { step: words.duration(data.stepMs) })}
        {isLookedUp(scope) && Date.parse(data.fleetSince) > Date.parse(data.from) && ` ${t('fleetSince', { moment: formatMoment(Date.parse(data.fleetSince), locale) })}`}
        {!data.complete && ` ${t('incompleteRuns')}`}
      </p>
    </>
  )
}
