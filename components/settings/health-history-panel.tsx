'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { useLocale, useTranslations } from 'next-intl'
import { formatMoment } from '@/domain/metric/figures'
import type { PageBody } from '@/wire/page'
import type { HealthEventBody } from '@/wire/telemetry'
import { api, withQuery } from '@/components/live/api-client'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { Tone } from '@/components/ui/tone'
import { useHealthWords } from './health-words'

const EVERY_MS = 15_000
const tones = { ok: 'success', degraded: 'warning', critical: 'danger', well: 'info', wrong: 'danger' } satisfies Record<string, Tone>

/** What became better or worse, and what the server tried about it. */
export function HealthHistoryPanel() {
  const t = useTranslations('server.history')
  const locale = useLocale()
  const words = useHealthWords()
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['health', 'history'] as const,
    queryFn: ({ pageParam, signal }) => api.get<PageBody<HealthEventBody>>(withQuery('/api/health/history', { cursor: pageParam }), { signal }),
    initialPageParam: undefined as string | undefined, getNextPageParam: (page) => page.nextCursor ?? undefined, refetchInterval: EVERY_MS, staleTime: 0,
  })
  const events = data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Panel title={t('title')} description={t('description')} flush>
      {error && <div className="p-3"><ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} /></div>}
      {isPending && <div className="p-3"><Skeleton className="h-24" /></div>}
      {data && events.length === 0 && <p className="p-3 text-sm text-muted-foreground">{t('none')}</p>}
      {events.length > 0 && (
        <Table label={t('title')}>
          <TableHeader><TableRow><TableHead>{t('at')}</TableHead><TableHead>{t('check')}</TableHead><TableHead>{t('what')}</TableHead><TableHead>{t('more')}</TableHead></TableRow></TableHeader>
          <TableBody>
            {events.map(({ id, at, message, happened }) => (
              <TableRow key={id}>
                <TableCell className="whitespace-nowrap tabular-nums">{formatMoment(Date.parse(at), locale)}</TableCell>
                <TableCell card="title" title={happened.check}>{words.check(happened.check)}</TableCell>
                <TableCell card="corner">{happened.kind === 'change' ? <Badge tone={tones[happened.to]} dot>{t(`to.${happened.to}`)}</Badge> : <Badge tone={tones[happened.went]}>{t(`repair.${happened.went}`)}</Badge>}</TableCell>
                <TableCell className="text-xs">{words.reason(happened.reason, message)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
      {hasNextPage && <div className="flex justify-center border-t p-2"><Button size="sm" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t('older')}</Button></div>}
    </Panel>
  )
}
