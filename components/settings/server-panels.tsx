'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useFormatter, useTranslations } from 'next-intl'
import type { FleetView } from '@/domain/route/fleet-view'
import type { HealthBody } from '@/wire/telemetry'
import { api } from '@/components/live/api-client'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { Tone } from '@/components/ui/tone'
import { useHealthWords } from './health-words'

const HEALTH_EVERY_MS = 10_000
const tones: Record<string, Tone> = { ok: 'success', healthy: 'success', degraded: 'warning', draining: 'warning', critical: 'danger', unhealthy: 'danger' }

/** What this server says about itself. */
export function ServerPanel() {
  const t = useTranslations('settings')
  const open = useTranslations('server')
  const words = useHealthWords()
  const format = useFormatter()
  const health = useQuery({ queryKey: ['health'] as const, queryFn: ({ signal }) => api.get<HealthBody>('/api/health', { signal }), refetchInterval: HEALTH_EVERY_MS, staleTime: 0 })
  return (
    <Panel title={t('server.title')} flush actions={<><Button asChild size="sm"><Link href="/settings/server">{open('open')}</Link></Button><Button size="sm" onClick={() => void health.refetch()}>{t('server.refresh')}</Button></>}>
      {health.error && <div className="p-3"><ProblemNotice problem={asProblem(health.error)} onRetry={() => void health.refetch()} /></div>}
      {health.isPending && <div className="p-3"><Skeleton className="h-24" /></div>}
      {health.data && (
        <>
          <dl className="grid grid-cols-3 gap-3 p-3">
            <Fact name={t('server.state')}><Badge tone={tones[health.data.status] ?? 'neutral'} dot>{t(`health.${health.data.status}`)}</Badge></Fact>
            <Fact name={t('server.version')}>{health.data.version}</Fact>
            <Fact name={t('server.uptime')}><Uptime ms={health.data.uptimeMs} /></Fact>
          </dl>
          <Table label={t('server.checks')}>
            <TableHeader><TableRow><TableHead>{t('server.check')}</TableHead><TableHead>{t('server.state')}</TableHead><TableHead>{t('server.message')}</TableHead><TableHead>{t('server.checkedAt')}</TableHead></TableRow></TableHeader>
            <TableBody>
              {health.data.checks.map((check) => (
                <TableRow key={check.name}>
                  <TableCell card="title" title={check.name}>{words.check(check.name)}</TableCell>
                  <TableCell card="corner"><Badge tone={tones[check.status] ?? 'neutral'} dot>{t(`health.${check.status}`)}</Badge></TableCell>
                  <TableCell>{words.reason(check.reason, check.message)}</TableCell>
                  <TableCell className="tabular-nums">{format.dateTime(new Date(check.checkedAt), { timeStyle: 'medium', hourCycle: 'h23' })}</TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </>
      )}
    </Panel>
  )
}

/** Where model calls go. */
export function ModelServersPanel() {
  const t = useTranslations('settings.fleet')
  const fleet = useQuery({ queryKey: ['fleet'] as const, queryFn: ({ signal }) => api.get<FleetView>('/api/fleet', { signal }), staleTime: 60_000 })
  return (
    <Panel title={t('title')} flush>
      {fleet.error && <div className="p-3"><ProblemNotice problem={asProblem(fleet.error)} onRetry={() => void fleet.refetch()} /></div>}
      {fleet.isPending && <div className="p-3"><Skeleton className="h-24" /></div>}
      {fleet.data && (
        <>
          <dl className="grid grid-cols-3 gap-3 p-3">
            <Fact name={t('source')}><Badge tone={fleet.data.simulated ? 'warning' : 'success'}>{fleet.data.simulated ? t('simulated') : t('real')}</Badge></Fact>
            <Fact name={t('policy')}><span className="font-mono text-xs">{fleet.data.policy}</span></Fact>
            <Fact name={t('instances')}>{fleet.data.instances.length}</Fact>
          </dl>
          <Table label={t('instances')}>
            <TableHeader><TableRow><TableHead>{t('instance')}</TableHead><TableHead>{t('health')}</TableHead><TableHead>{t('url')}</TableHead><TableHead>{t('models')}</TableHead></TableRow></TableHeader>
            <TableBody>
              {fleet.data.instances.map((instance) => (
                <TableRow key={instance.id}>
                  <TableCell card="title" className="font-mono text-xs">{instance.id}</TableCell>
                  <TableCell card="corner"><Badge tone={tones[instance.health] ?? 'neutral'} dot>{t(instance.health)}</Badge></TableCell>
                  <TableCell className="font-mono text-xs">{instance.url}</TableCell>
                  <TableCell className="font-mono text-xs">{instance.models.join(', ')}</TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </>
      )}
    </Panel>
  )
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return <div className="min-w-0"><dt className="text-xs text-muted-foreground">{name}</dt><dd className="mt-0.5 truncate">{children}</dd></div>
}

function Uptime({ ms }: { ms: number }) {
  const t = useTranslations('settings')
  const seconds = Math.floor(ms / 1_000)
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const days = Math.floor(hours / 24)
  if (days > 0) return t('uptimeDays', { days, hours: hours % 24 })
  if (hours > 0) return t('uptimeHours', { hours, minutes: minutes % 60 })
  return t('uptimeMinutes', { minutes, seconds: seconds % 60 })
}
