'use client'

import { useLocale, useTranslations } from 'next-intl'
import { formatBytes, formatCount, formatDuration, formatShare } from '@/domain/metric/figures'
import type { ServerFiguresBody } from '@/wire/server'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Badge } from '@/components/ui/badge'
import { Panel } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { hostLevels, type Level } from './host-levels'
import { useServerFigures } from './profile-queries'

/** What this process and its machine are at, since the last look. */
export function HostPanel() {
  const t = useTranslations('server.host')
  const { data, error, isPending, refetch } = useServerFigures()
  return (
    <Panel title={t('title')} description={t('description')}>
      {error && <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />}
      {isPending && <Skeleton className="h-24" />}
      {data && <Figures data={data} />}
    </Panel>
  )
}

function Figures({ data }: { data: ServerFiguresBody }) {
  const t = useTranslations('server.host')
  const locale = useLocale()
  const { cpu, memory, disk, loop, queuedRuns } = data
  const levels = hostLevels(data)
  const bytes = (count: number) => formatBytes(count, locale)
  return (
    <dl className="grid grid-cols-2 gap-3 md:grid-cols-3">
      <Figure name={t('cpu')} level={levels.cpu} value={formatShare(cpu.machineShare, locale)} more={t('cpuMore', { cores: cpu.cores, own: formatShare(cpu.processCores, locale) })} />
      <Figure name={t('memory')} level={levels.memory} value={formatShare(1 - memory.freeBytes / memory.totalBytes, locale)} more={t('memoryMore', { total: bytes(memory.totalBytes), own: bytes(memory.residentBytes) })} />
      <Figure name={t('heap')} level={levels.heap} value={bytes(memory.heapUsedBytes)} more={t('heapMore', { limit: bytes(memory.heapLimitBytes) })} />
      <Figure name={t('disk')} level={levels.disk} value={disk ? formatShare(1 - disk.freeBytes / disk.totalBytes, locale) : t('unknown')} more={disk ? t('diskMore', { free: bytes(disk.freeBytes) }) : ''} />
      <Figure name={t('loop')} level={levels.loop} value={formatDuration(loop.p99Ms, locale)} more={t('loopMore', { most: formatDuration(loop.maxMs, locale), busy: formatShare(loop.busyShare, locale) })} />
      <Figure name={t('queue')} level="fine" value={formatCount(queuedRuns, locale)} more={t('queueMore')} />
    </dl>
  )
}

function Figure({ name, value, more, level }: { name: string; value: string; more: string; level: Level }) {
  const t = useTranslations('server.host')
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted-foreground">{name}</dt>
      <dd className="flex flex-wrap items-center gap-x-2 text-lg font-semibold tabular-nums">
        {value}
        {level !== 'fine' && <Badge tone={level === 'critical' ? 'danger' : 'warning'} dot>{t(level)}</Badge>}
      </dd>
      <dd className="text-2xs text-muted-foreground">{more}</dd>
    </div>
  )
}
