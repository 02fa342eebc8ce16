'use client'

import { Pause, Play, ScrollText } from 'lucide-react'
import { usePathname, useSearchParams } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { useMemo, useState } from 'react'
import { formatCount } from '@/domain/metric/figures'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { Kbd } from '@/components/ui/kbd'
import { Skeleton } from '@/components/ui/skeleton'
import { addressOfFilter, everyLine, filterOfAddress, type LogFilter } from './log-filter'
import { LogCounts } from './log-counts'
import { LogFilters } from './log-filters'
import { LogList } from './log-list'
import { useLogLines, useLogSummary } from './log-queries'

/** What the server writes, as it writes it, and all that is kept of it. The filter stands in the address. */
export function LogsPage() {
  const t = useTranslations('logs')
  const [filter, show] = useFilter()
  const [paused, setPaused] = useState(false)
  const { data: summary } = useLogSummary()
  const { lines, listKey, error, isPending, older, overflown, reload } = useLogLines(filter)
  const change = (changed: Partial<LogFilter>) => show({ ...filter, ...changed })
  const empty = !isPending && lines.length === 0 && !older.has && !error
  return (
    <div className="flex h-full min-h-[30rem] flex-col gap-2.5 px-4 py-4 md:px-6">
      <header className="flex flex-wrap items-center gap-2">
        <div className="min-w-0 grow"><h1 className="text-xl font-semibold tracking-tight">{t('title')}</h1><Total total={summary?.total} /></div>
        <p className="hidden items-center gap-1 text-2xs text-muted-foreground lg:flex"><Kbd>/</Kbd> {t('search')} <Kbd>j</Kbd> <Kbd>k</Kbd> {t('keyMove')} <Kbd>p</Kbd> {t('pause')} <Kbd>G</Kbd> {t('toNewest')}</p>
        <Button aria-pressed={paused} onClick={() => setPaused(!paused)}>{paused ? <Play aria-hidden /> : <Pause aria-hidden />} {paused ? t('follow') : t('pause')}</Button>
      </header>
      <LogFilters filter={filter} components={Object.keys(summary?.byComponent ?? {})} onChange={change} onClear={() => show(filterOfAddress(new URLSearchParams()))} />
      <LogCounts summary={summary} filter={filter} onChange={change} />
      {error && <ProblemNotice problem={asProblem(error)} onRetry={reload} />}
      {isPending && <Skeleton className="min-h-40 grow" />}
      {empty && <Nothing total={summary?.total ?? 0} onEvery={() => show(everyLine)} />}
      {!isPending && !empty && <LogList key={listKey} {...{ lines, paused, overflown, reload, older }} search={filter.search} onPause={setPaused} onOnly={change} />}
    </div>
  )
}

function Total({ total }: { total: number | undefined }) {
  const t = useTranslations('logs')
  const locale = useLocale()
  return <p className="hidden text-muted-foreground sm:block">{total === undefined ? t('description') : t('total', { total: formatCount(total, locale) })}</p>
}

/** Live lines end this state by themselves. */
function Nothing({ total, onEvery }: { total: number; onEvery: () => void }) {
  const t = useTranslations('logs')
  return (
    <Card className="flex min-h-40 grow items-center justify-center">
      {total === 0
        ? <EmptyState icon={<ScrollText />} title={t('none')} description={t('noneHint')} />
        : <EmptyState icon={<ScrollText />} title={t('noneMatch')} description={t('noneMatchHint')} action={<Button onClick={onEvery}>{t('showEvery')}</Button>} />}
    </Card>
  )
}

function useFilter(): [LogFilter, (filter: LogFilter) => void] {
  const path = usePathname()
  const params = useSearchParams()
  const filter = useMemo(() => filterOfAddress(params), [params])
  // No way through the server, and no entry in the history for every letter.
  return [filter, (next) => window.history.replaceState(null, '', path + addressOfFilter(next))]
}
