'use client'

import { useQuery } from '@tanstack/react-query'
import { useLocale, useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import type { FleetView } from '@/domain/route/fleet-view'
import { formatCount, formatShare } from '@/domain/metric/figures'
import { api } from '@/components/live/api-client'
import { subscribeTopic } from '@/components/live/live-connection'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Badge } from '@/components/ui/badge'
import { Page } from '@/components/ui/page'
import { Skeleton } from '@/components/ui/skeleton'
import { FleetChart } from './fleet-chart'
import { withLook, type FleetPoint } from './fleet-history'
import { InstanceCard } from './instance-card'

/** The vLLM servers, live. */
export function FleetPage() {
  const t = useTranslations('fleet')
  const locale = useLocale()
  const { fleet, history, error, refetch } = useLiveFleet()
  const ids = fleet?.instances.map((instance) => instance.id) ?? []
  const busy = fleet?.instances.reduce((sum, one) => sum + (one.running ?? 0) + (one.waiting ?? 0), 0)
  const fullest = fleet && Math.max(0, ...fleet.instances.map((one) => one.kvUsage ?? 0))
  return (
    <Page title={t('title')} description={t('description')} actions={fleet && <><Badge tone={fleet.simulated ? 'warning' : 'success'}>{fleet.simulated ? t('simulatedFleet') : t('realFleet')}</Badge><Badge>{t('policy', { policy: fleet.policy })}</Badge></>}>
      {error && !fleet && <ProblemNotice problem={asProblem(error)} onRetry={refetch} />}
      {!fleet && !error && <Skeleton className="h-64" />}
      {fleet && (
        <>
          <div className="grid gap-3 lg:grid-cols-2">
            <FleetChart title={t('loadChart')} description={t('sinceOpened')} summary={t('loadSummary', { count: busy ?? 0 })} points={history} part="load" ids={ids} format={(value) => formatCount(value, locale)} />
            <FleetChart title={t('kvChart')} description={t('sinceOpened')} summary={t('kvSummary', { share: formatShare(fullest, locale) })} points={history} part="kv" ids={ids} format={(value) => formatShare(value, locale)} />
          </div>
          <section aria-labelledby="instances-title">
            <h2 id="instances-title" className="mb-2 text-sm font-semibold">{t('instances', { count: ids.length })}</h2>
            <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">{fleet.instances.map((instance) => <li key={instance.id}><InstanceCard instance={instance} /></li>)}</ul>
          </section>
        </>
      )}
    </Page>
  )
}

function useLiveFleet() {
  const { data, error, refetch } = useQuery({ queryKey: ['fleet'] as const, queryFn: ({ signal }) => api.get<FleetView>('/api/fleet', { signal }), staleTime: 5_000 })
  const [live, setLive] = useState<{ fleet: FleetView; history: FleetPoint[] }>()
  useEffect(
    () =>
      subscribeTopic('fleet', {
        onEvents: (events) => {
          const fleet = events.at(-1) as FleetView
          setLive((now) => ({ fleet, history: withLook(now?.history ?? [], fleet, Date.now()) }))
        },
      }).stop,
    [],
  )
  return { fleet: live?.fleet ?? data, history: live?.history ?? [], error, refetch: () => void refetch() }
}
