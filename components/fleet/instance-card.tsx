'use client'

import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import type { InstanceView } from '@/domain/route/fleet-view'
import { formatCount, formatDuration, formatShare, UNKNOWN } from '@/domain/metric/figures'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import type { Tone } from '@/components/ui/tone'
import { SLOW } from './arrange-instances'
import { liveFigures } from './live-figures'

const tones: Record<InstanceView['health'], Tone> = { healthy: 'success', draining: 'warning', unhealthy: 'danger' }
/** Run links shown on a card. */
const MOST_RUNS = 6

/** One vLLM server as the router sees it now. */
export function InstanceCard({ instance }: { instance: InstanceView }) {
  const t = useTranslations('fleet')
  const locale = useLocale()
  const count = (value: number | undefined) => formatCount(value, locale)
  const { running, waiting, kvUsage, prefixHitRate, ttftMs, interTokenMs } = liveFigures(instance)
  const share = instance.promptTokens === 0 ? undefined : instance.cachedTokens / instance.promptTokens
  const figures: [string, string][] = [
    [t('running'), count(running)],
    [t('waiting'), count(waiting)],
    [t('hitRate'), formatShare(prefixHitRate, locale)],
    [t('ttft'), formatDuration(ttftMs, locale)],
    [t('interToken'), formatDuration(interTokenMs, locale)],
    [t('requests'), count(instance.requests)],
    [t('promptTokens'), count(instance.promptTokens)],
    [t('cachedTokens'), share === undefined ? count(instance.cachedTokens) : `${count(instance.cachedTokens)} (${formatShare(share, locale)})`],
    [t('completionTokens'), count(instance.completionTokens)],
    ...(instance.warmUps ? [[t('warmUps'), t('warmUpFigures', { sent: count(instance.warmUps.sent), tokens: count(instance.warmUps.tokens), yielded: count(instance.warmUps.yielded) })] as [string, string]] : []),
  ]
  return (
    <Card className="flex flex-col gap-3 p-3">
      <header className="flex flex-wrap items-center gap-2">
        <h3 className="font-mono text-sm font-semibold">{instance.id}</h3>
        <Badge tone={tones[instance.health]} dot>{t(instance.health)}</Badge>
        {instance.breaker !== 'closed' && <Badge tone={instance.breaker === 'open' ? 'danger' : 'warning'} title={t(`breakerHint.${instance.breaker}`)}>{t(`breaker.${instance.breaker}`)}</Badge>}
        {instance.slowness !== undefined && instance.slowness > SLOW && <Badge tone="warning" title={t('slowHint')}>{t('slow', { times: formatCount(instance.slowness, locale) })}</Badge>}
        {instance.cacheIndex === 'exact' && <Badge title={t('exactIndexHint')}>{t('exactIndex')}</Badge>}
        {instance.simulated && <Badge tone="warning">{t('simulated')}</Badge>}
        <p className="w-full truncate font-mono text-2xs text-muted-foreground" title={instance.url}>{instance.url} · {instance.models.join(', ') || t('noModels')}</p>
      </header>
      <KvBar usage={kvUsage} />
      <dl className="grid grid-cols-3 gap-x-3 gap-y-2 text-xs tabular-nums">
        {figures.map(([name, value]) => <div key={name} className={name === t('warmUps') ? 'col-span-3 min-w-0' : 'min-w-0'}><dt className="truncate text-2xs text-muted-foreground" title={name}>{name}</dt><dd className="font-medium" title={value === UNKNOWN ? t('unknown') : undefined}>{value}</dd></div>)}
      </dl>
      <div className="border-t pt-2">
        <h4 className="text-2xs text-muted-foreground">{t('livesHere')}</h4>
        {instance.workflows.length === 0 ? <p className="text-xs">{t('noRuns')}</p> : (
          <ul className="flex flex-wrap gap-x-2 text-xs">
            {instance.workflows.slice(0, MOST_RUNS).map((runId) => <li key={runId}><Link className="font-mono hover:underline" href={`/runs/${runId}`}>…{runId.slice(-6)}</Link></li>)}
            {instance.workflows.length > MOST_RUNS && <li className="text-muted-foreground">{t('more', { count: instance.workflows.length - MOST_RUNS })}</li>}
          </ul>
        )}
      </div>
    </Card>
  )
}

function KvBar({ usage }: { usage: number | undefined }) {
  const t = useTranslations('fleet')
  const locale = useLocale()
  const text = formatShare(usage, locale)
  return (
    <div>
      <div className="mb-0.5 flex justify-between text-2xs text-muted-foreground"><span>{t('kvUsage')}</span><span className="tabular-nums" title={usage === undefined ? t('unknown') : undefined}>{text}</span></div>
      {/* A meter has to have a value: where there is none, the words above say so. */}
      <div {...(usage !== undefined && { 'role': 'meter', 'aria-label': t('kvUsage'), 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': Math.round(usage * 100), 'aria-valuetext': text })} className="h-1.5 overflow-hidden rounded-full bg-accent">
        {usage !== undefined && <div className="h-full bg-brand" style={{ width: `${usage * 100}%` }} />}
      </div>
    </div>
  )
}
