'use client'

import { useQuery } from '@tanstack/react-query'
import { FlaskConical, Server } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useState, type ReactNode } from 'react'
import type { FleetView } from '@/domain/route/fleet-view'
import { api } from '@/components/live/api-client'
import { subscribeTopic } from '@/components/live/live-connection'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { Notice } from '@/components/ui/notice'
import { Page } from '@/components/ui/page'
import { Skeleton } from '@/components/ui/skeleton'
import { AskedCallNotice } from './asked-call-notice'
import type { AskedCall } from './call-address'
import { FleetCharts } from './fleet-charts'
import { InstanceList } from './instance-list'
import { LimitsPanel } from './limits-panel'

/** The vLLM servers, live. `call`: one that the reader came from; its instance is pointed out. */
export function FleetPage({ call }: { call: AskedCall | undefined }) {
  const t = useTranslations('fleet')
  const { fleet, error, refetch } = useLiveFleet()
  const ids = fleet?.instances.map((instance) => instance.id) ?? []
  return (
    <Page title={t('title')} description={t('description')} actions={fleet && <><Badge tone={fleet.simulated ? 'warning' : 'success'}>{fleet.simulated ? t('simulatedFleet') : t('realFleet')}</Badge><Badge>{t('policy', { policy: fleet.policy })}</Badge><Badge tone={fleet.waiting > 0 ? 'warning' : 'neutral'} title={t('waitingHereHint')}>{t('waitingHere', { count: fleet.waiting })}</Badge></>}>
      {error && !fleet && <ProblemNotice problem={asProblem(error)} onRetry={refetch} />}
      {!fleet && !error && <Skeleton className="h-64" />}
      {fleet && ids.length > 0 && fleet.instances.every((one) => one.simulated) && <SimulatedNotice />}
      {fleet && call && <AskedCallNotice call={call} instances={fleet.instances} />}
      {fleet && ids.length === 0 && <Card><EmptyState icon={<Server />} title={t('none')} description={t.rich('noneHint', { code })} /></Card>}
      {fleet && ids.length > 0 && (
        <>
          <FleetCharts call={call} />
          <InstanceList instances={fleet.instances} call={call} />
          {fleet.limits && <LimitsPanel limits={fleet.limits} />}
        </>
      )}
    </Page>
  )
}

const code = (text: ReactNode) => <code className="font-mono text-xs break-all">{text}</code>

/** Stays where the banner of every page can be dismissed: no figure here may pass for a real one. */
function SimulatedNotice() {
  const t = useTranslations('fleet')
  return <Notice tone="warning" icon={<FlaskConical aria-hidden />} title={t('simulatedTitle')}>{t.rich('simulatedBody', { code })}</Notice>
}

function useLiveFleet() {
  const { data, error, refetch } = useQuery({ queryKey: ['fleet'] as const, queryFn: ({ signal }) => api.get<FleetView>('/api/fleet', { signal }), staleTime: 5_000 })
  const [live, setLive] = useState<FleetView>()
  useEffect(() => subscribeTopic('fleet', { onEvents: (events) => setLive(events.at(-1) as FleetView) }).stop, [])
  return { fleet: live ?? data, error, refetch: () => void refetch() }
}
