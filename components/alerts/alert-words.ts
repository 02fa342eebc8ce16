'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useRuleName } from '@/components/charts/use-rule-name'
import type { metricOf } from '@/domain/alert/metric-catalogue'
import { subjectParts } from '@/domain/alert/rule-readings'
import { formatCount, formatDuration, formatShare, UNKNOWN } from '@/domain/metric/figures'
import type { AlertBody, RuleBody } from '@/wire/alerts'
import { useWorkflowNames } from './alert-queries'

type Unit = ReturnType<typeof metricOf>['unit']

export function formatValue(value: number | null, unit: Unit, locale: string): string {
  if (value === null) return UNKNOWN
  switch (unit) {
    case 'share': return formatShare(value, locale)
    case 'ms': return formatSpan(value, locale)
    case 'count': return formatCount(value, locale)
  }
}

/** What a person set has no decimals: 10s, where a measured 10.0s says how exactly it was measured. */
function formatSpan(ms: number, locale: string): string {
  if (ms < 1_000 || ms >= 60_000 || ms % 1_000 !== 0) return formatDuration(ms, locale)
  return new Intl.NumberFormat(locale, { style: 'unit', unit: 'second', unitDisplay: 'narrow' }).format(ms / 1_000)
}

/** How rules, subjects and values are said to the reader. */
export function useAlertWords() {
  const t = useTranslations('alerts')
  const locale = useLocale()
  const { data } = useWorkflowNames()
  return {
    value: (value: number | null, unit: Unit) => formatValue(value, unit, locale),
    ruleName: useRuleName(),
    /** @param example what workflow and node were called in a run: the draft may have neither any more */
    subject(subject: string, example?: AlertBody['example']): string {
      const { workflowId, nodeId } = subjectParts(subject)
      if (workflowId === undefined) return t(subject === 'server' ? 'server' : 'fleet')
      const workflow = data?.items.find((one) => one.id === workflowId)?.name ?? example?.workflowName ?? workflowId
      return nodeId === undefined ? workflow : t('nodeOf', { node: example?.nodeName ?? nodeId, workflow })
    },
    condition: ({ metric, is, threshold, unit, windowMs, forMs }: Pick<RuleBody, 'metric' | 'is' | 'threshold' | 'unit' | 'windowMs' | 'forMs'>) =>
      t(forMs === 0 ? 'condition' : 'conditionFor', { metric: t(`metric.${metric}`), is: t(`is.${is}`), threshold: formatValue(threshold, unit, locale), window: formatSpan(windowMs, locale), for: formatSpan(forMs, locale) }),
    duration: (ms: number) => formatSpan(ms, locale),
  }
}
