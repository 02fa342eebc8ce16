'use client'

import { useLocale, useTranslations } from 'next-intl'
import { formatCount } from '@/domain/metric/figures'
import type { LimitView } from '@/domain/route/fleet-view'
import { Badge } from '@/components/ui/badge'
import { Panel } from '@/components/ui/card'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'

/** What models and keys may still have this minute. */
export function LimitsPanel({ limits }: { limits: readonly LimitView[] }) {
  const t = useTranslations('fleet.limits')
  const locale = useLocale()
  return (
    <Panel title={t('title')} description={t('description')} flush>
      <Table label={t('title')}>
        <TableHeader><TableRow><TableHead>{t('of')}</TableHead><TableHead>{t('requests')}</TableHead><TableHead>{t('tokens')}</TableHead><TableHead className="text-right">{t('refused')}</TableHead></TableRow></TableHeader>
        <TableBody>
          {limits.map(({ of, name, requests, tokens, refused }) => (
            <TableRow key={`${of} ${name}`}>
              <TableCell card="title"><span className="flex flex-wrap items-center gap-2"><Badge>{t(of)}</Badge><span className="font-mono text-xs">{name === 'no-key' ? t('noKey') : name}</span></span></TableCell>
              <TableCell label={t('requests')}><Level level={requests} name={t('requests')} /></TableCell>
              <TableCell label={t('tokens')}><Level level={tokens} name={t('tokens')} /></TableCell>
              <TableCell label={t('refused')} numeric>{formatCount(refused, locale)}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Panel>
  )
}

function Level({ level, name }: { level: LimitView['requests']; name: string }) {
  const t = useTranslations('fleet.limits')
  const locale = useLocale()
  if (!level) return <span className="text-muted-foreground">{t('unbounded')}</span>
  const share = Math.max(0, Math.min(1, level.left / level.perMinute))
  return (
    <span className="flex min-w-32 flex-col gap-1">
      <span className="text-xs tabular-nums">{t('left', { left: formatCount(level.left, locale), perMinute: formatCount(level.perMinute, locale) })}</span>
      <span role="meter" aria-label={name} aria-valuemin={0} aria-valuemax={level.perMinute} aria-valuenow={Math.max(0, level.left)} className="h-1.5 w-full overflow-hidden rounded-full bg-muted">
        <span className={`block h-full rounded-full ${share < 0.1 ? 'bg-destructive' : share < 0.3 ? 'bg-warning' : 'bg-primary'}`} style={{ width: `${share * 100}%` }} />
      </span>
    </span>
  )
}
