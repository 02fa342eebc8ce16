'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import type { Graph } from '@/domain/graph/graph'
import { formatCount, formatDuration, UNKNOWN } from '@/domain/metric/figures'
import { isSlow, spanOfStep, type RunTrace, type StepSpan, type Typical } from '@/domain/run/run-trace'
import { endIf } from '@/domain/run/run-network'
import { isFinished } from '@/domain/run/run-state'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { useRunStore, useRunView } from './run-context'
import { typicalOf, useTrace, useWorkflowFigures } from './use-trace'

/** What the step meant for the time of the whole run, and what it would mean if it took longer. */
export function StepTiming({ graph, stepKey }: { graph: Graph; stepKey: string }) {
  const t = useTranslations('run.timing')
  const trace = useTrace(graph)
  const typical = typicalOf(useWorkflowFigures(), stepKey)
  const reused = useRunView((view) => view.head.steps[stepKey]?.reusedFrom !== undefined)
  // A run that was cancelled ended when someone said so, not when its steps did.
  const ended = useRunView((view) => isFinished(view.head) && view.head.status !== 'cancelled')
  const span = spanOfStep(trace, stepKey)
  if (!span || reused) return <p className="py-3 text-sm text-muted-foreground">{t(reused ? 'reused' : 'none')}</p>
  return (
    <div className="flex flex-col gap-4">
      <p className="text-2xs text-muted-foreground">{t('whole')}</p>
      <Facts span={span} trace={trace} typical={typical} />
      <Seek span={span} />
      {ended ? <WhatIf trace={trace} span={span} /> : <p className="text-xs text-muted-foreground">{t('onlyEnded')}</p>}
    </div>
  )
}

function Facts({ span, trace, typical }: { span: StepSpan; trace: RunTrace; typical: Typical | undefined }) {
  const t = useTranslations('run.timing')
  const locale = useLocale()
  const tookMs = span.to === undefined ? undefined : span.to - span.from
  const slow = tookMs === undefined ? undefined : isSlow(tookMs, typical)
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-sm tabular-nums [&>dt]:text-muted-foreground">
      <dt>{t('began')}</dt>
      <dd>{formatDuration(span.from - trace.root.from, locale)}</dd>
      <dt>{t('took')}</dt>
      <dd className="flex flex-wrap items-center gap-2">{formatDuration(tookMs, locale)}{slow && <Badge tone="warning">{t('slow')}</Badge>}</dd>
      <dt>{t('typical')}</dt>
      <dd>{typical && slow !== undefined ? t('typicalOf', { time: formatDuration(typical.p50, locale), count: typical.executions }) : t('tooFew')}</dd>
      <dt>{t('slack')}</dt>
      <dd>{span.slackMs === undefined ? UNKNOWN : span.slackMs <= 0 ? t('noSlack') : formatDuration(span.slackMs, locale)}</dd>
      <dt>{t('path')}</dt>
      <dd>{t(span.critical ? 'onPath' : 'offPath')}</dd>
    </dl>
  )
}

function Seek({ span }: { span: StepSpan }) {
  const t = useTranslations('run.timing')
  const store = useRunStore()
  const { to } = span
  return (
    <div className="flex gap-2">
      <Button size="sm" onClick={() => store.showTime(span.from)}>{t('toBegin')}</Button>
      {to !== undefined && <Button size="sm" onClick={() => store.showTime(to)}>{t('toEnd')}</Button>}
    </div>
  )
}

const MOST_TIMES = 5

function WhatIf({ trace: { network, root }, span }: { trace: RunTrace; span: StepSpan }) {
  const t = useTranslations('run.timing')
  const locale = useLocale()
  const [times, setTimes] = useState(1)
  const before = (root.to ?? root.from) - root.from
  const difference = endIf(network, span.key, times) - network.at.at(-1)!
  const holdsSteps = span.children.some((child) => child.kind === 'item' || child.kind === 'turn')
  const said = formatCount(times, locale)
  const by = formatDuration(Math.abs(difference), locale)
  return (
    <div className="rounded-md border p-3">
      <label className="block text-sm">
        {t(holdsSteps ? 'timesMap' : 'whatIf', { times: said })}
        <input type="range" min={0} max={MOST_TIMES} step={0.1} value={times} onChange={(event) => setTimes(Number(event.target.value))} aria-valuetext={t('times', { times: said })} className="mt-2 block w-full accent-primary" />
      </label>
      <p role="status" className="mt-2 text-sm font-medium tabular-nums">
        {Math.round(difference) === 0
          ? t('same', { time: formatDuration(before, locale) })
          : t('wouldEnd', { time: formatDuration(before + difference, locale), before: formatDuration(before, locale), difference: difference > 0 ? t('longer', { time: by }) : t('shorter', { time: by }) })}
      </p>
      <p className="mt-1 text-2xs text-muted-foreground">{t('assumes')}</p>
    </div>
  )
}
