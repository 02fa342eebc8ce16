'use client'

import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { formatCost, formatCount, formatDuration, formatShare } from '@/domain/metric/figures'
import { Panel } from '@/components/ui/card'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { AllExecutionsBody } from '@/wire/samples'

type Total = AllExecutionsBody['all']['total']
const durations = ['mean', 'min', 'p50', 'p95', 'p99', 'max', 'stdev', 'total'] as const

/** Every figure of every thing. */
export function ExecutionTable({ title, first, rows }: { title: string; first: string; rows: readonly { id: string; name: ReactNode; total: Total }[] }) {
  const t = useTranslations('metrics')
  const priced = rows.some(({ total }) => total.cost !== null)
  return (
    <Panel title={title} flush>
      <Table label={title}>
        <TableHeader>
          <TableRow>
            <TableHead>{first}</TableHead>
            {(['executions', 'successes', 'failures', 'successRate', 'perMinute'] as const).map((name) => <TableHead key={name} className="text-right">{t(`column.${name}`)}</TableHead>)}
            {durations.map((name) => <TableHead key={name} className="text-right">{t(`duration.${name}`)}</TableHead>)}
            <TableHead className="text-right">{t('column.tokens')}</TableHead>
            {priced && <TableHead className="text-right">{t('column.cost')}</TableHead>}
          </TableRow>
        </TableHeader>
        <TableBody>{rows.map(({ id, name, total }) => <Row key={id} name={name} total={total} priced={priced} />)}</TableBody>
      </Table>
    </Panel>
  )
}

function Row({ name, total, priced }: { name: ReactNode; total: Total; priced: boolean }) {
  const t = useTranslations('metrics')
  const locale = useLocale()
  return (
    <TableRow className="hover:bg-accent">
      <TableCell card="title" className="max-w-64 truncate">{name}</TableCell>
      <TableCell label={t('column.executions')} numeric>{formatCount(total.executions, locale)}</TableCell><TableCell label={t('column.successes')} numeric>{formatCount(total.successes, locale)}</TableCell>
      <TableCell label={t('column.failures')} numeric className={total.failures > 0 ? 'text-state-failed' : undefined}>{formatCount(total.failures, locale)}</TableCell>
      <TableCell label={t('column.successRate')} numeric>{formatShare(total.successRate ?? undefined, locale)}</TableCell><TableCell label={t('column.perMinute')} numeric>{formatCount(total.perMinute, locale)}</TableCell>
      {durations.map((figure) => <TableCell key={figure} label={t(`duration.${figure}`)} numeric>{formatDuration(total.durationMs?.[figure], locale)}</TableCell>)}
      <TableCell label={t('column.tokens')} numeric>{formatCount(total.tokens ? total.tokens.prompt + total.tokens.completion : undefined, locale)}</TableCell>
      {priced && <TableCell label={t('column.cost')} numeric>{formatCost(total.cost, locale)}</TableCell>}
    </TableRow>
  )
}
