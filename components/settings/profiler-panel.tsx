'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { formatBytes, formatDuration, formatShare } from '@/domain/metric/figures'
import type { ServerProfileBody } from '@/wire/server'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { Select } from '@/components/ui/select'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import { FlameGraph } from './flame-graph'
import { useRecordProfile } from './profile-queries'

type Kind = 'cpu' | 'heap'
const SECONDS = ['1', '5', '10', '30', '60'] as const
/** From where on the answer says that streams were held up. */
const HELD_MS = 100

/** Records what the server spends its time on, or what allocates its memory, and shows it. */
export function ProfilerPanel() {
  const t = useTranslations('server.profiler')
  const [kind, setKind] = useState<Kind>('cpu')
  const [seconds, setSeconds] = useState<string>('5')
  const record = useRecordProfile()
  return (
    <Panel title={t('title')} description={t('description')}>
      <form className="flex flex-wrap items-end gap-3" onSubmit={(event) => (event.preventDefault(), record.mutate({ kind, durationMs: Number(seconds) * 1_000 }))}>
        <SegmentedControl<Kind> label={t('kind')} value={kind} onValueChange={setKind} segments={[{ value: 'cpu', label: t('cpu') }, { value: 'heap', label: t('heap') }]} />
        <Field label={t('seconds')} inline>
          {(control) => <Select {...control} value={seconds} onValueChange={setSeconds} options={SECONDS.map((value) => ({ value, label: t('secondsCount', { count: Number(value) }) }))} />}
        </Field>
        <Button type="submit" variant="primary" busy={record.isPending}>{record.isPending ? t('recording') : t('record')}</Button>
      </form>
      <div className="mt-3 flex flex-col gap-3" aria-live="polite">
        {record.error && <ProblemNotice problem={asProblem(record.error)} />}
        {record.data && <Profile key={record.data.startedAt} data={record.data} />}
      </div>
    </Panel>
  )
}

function Profile({ data }: { data: ServerProfileBody }) {
  const t = useTranslations('server.profiler')
  const locale = useLocale()
  const { kind, tookMs, busy, whole, loop, hottest, flame } = data
  const amount = (value: number) => (kind === 'cpu' ? formatDuration(value, locale) : formatBytes(value, locale))
  const bottlenecks = hottest.filter((one) => one.verdict === 'bottleneck')
  return (
    <>
      <p className="text-sm">
        {kind === 'cpu' ? t('busy', { took: formatDuration(tookMs, locale), share: formatShare(whole > 0 ? busy / whole : 0, locale) }) : t('allocated', { took: formatDuration(tookMs, locale), bytes: formatBytes(busy, locale) })}{' '}
        {t('loop', { mean: formatDuration(loop.meanMs, locale), p99: formatDuration(loop.p99Ms, locale), most: formatDuration(loop.maxMs, locale) })}
      </p>
      {loop.p99Ms >= HELD_MS && <Notice tone="warning" title={t('heldTitle')}>{t('heldBody', { p99: formatDuration(loop.p99Ms, locale) })}</Notice>}
      {bottlenecks.length > 0 && <Notice tone="warning" title={t('bottleneckTitle', { count: bottlenecks.length })}>{bottlenecks.map((one) => one.name).join(', ')}</Notice>}
      <FlameGraph root={flame} text={amount} />
      <Table label={t('hottest')}>
        <TableHeader><TableRow><TableHead>{t('function')}</TableHead><TableHead className="text-right">{t('own')}</TableHead><TableHead className="text-right">{t('all')}</TableHead><TableHead className="text-right">{t('score')}</TableHead></TableRow></TableHeader>
        <TableBody>
          {hottest.map((one) => (
            <TableRow key={`${one.name} ${one.place}`}>
              <TableHead scope="row" className="max-w-96 py-1 whitespace-normal text-foreground"><span className="block truncate font-mono text-xs">{one.name}</span><span className="block truncate font-mono text-2xs text-muted-foreground">{one.place}</span></TableHead>
              <TableCell label={t('own')} numeric>{amount(one.own)}</TableCell>
              <TableCell label={t('all')} numeric>{amount(one.all)}</TableCell>
              <TableCell label={t('score')} numeric><span className="inline-flex items-center gap-1.5">{one.verdict !== 'fine' && <Badge tone={one.verdict === 'bottleneck' ? 'danger' : 'warning'}>{t(one.verdict)}</Badge>}{one.score.toFixed(1)}</span></TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <p className="text-2xs text-muted-foreground">{t(kind === 'cpu' ? 'scoreCpu' : 'scoreHeap')}</p>
    </>
  )
}
