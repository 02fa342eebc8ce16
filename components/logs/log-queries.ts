'use client'

import { useInfiniteQuery, useQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { api, withQuery } from '@/components/live/api-client'
import { subscribeTopic } from '@/components/live/live-connection'
import type { PageBody } from '@/wire/page'
import type { LogLineBody, LogSummaryBody } from '@/wire/telemetry'
import { joinLines, type LogFilter } from './log-filter'

const PAGE = 500
/** Lines that may come while the page is open; behind them the newest are read again. */
const MOST_NEW = 5_000
const SUMMARY_EVERY_MS = 10_000

const logKeys = {
  all: ['logs'] as const,
  list: (filter: LogFilter) => [...logKeys.all, 'list', filter] as const,
  summary: ['logs', 'summary'] as const,
}

export function useLogSummary() {
  return useQuery({ queryKey: logKeys.summary, queryFn: ({ signal }) => api.get<LogSummaryBody>('/api/logs/summary', { signal }), refetchInterval: SUMMARY_EVERY_MS, staleTime: 0 })
}

/** `filter` is what the lines were read by; `head` the newest line of all at that time. */
type ReadPage = PageBody<LogLineBody> & { head: number; filter: LogFilter }

/** The newest lines that fit, what comes, and older ones page by page. */
export function useLogLines(filter: LogFilter) {
  const client = useQueryClient()
  const { data, error, isPending, isPlaceholderData, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: logKeys.list(filter),
    queryFn: ({ pageParam, signal }) => readPage(filter, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    // What comes later comes live; a list that nobody looks at is read anew.
    staleTime: Infinity, gcTime: 0, refetchOnReconnect: false,
    placeholderData: (before) => before,
  })
  const newest = data?.pages[0]
  /** The newest page once more; the lines on show stay until it is there. */
  const reload = useCallback(() => {
    const queryKey = logKeys.list(filter)
    client.setQueryData<InfiniteData<ReadPage, string | undefined>>(queryKey, (known) => known && { pages: known.pages.slice(0, 1), pageParams: known.pageParams.slice(0, 1) })
    void client.invalidateQueries({ queryKey })
  }, [client, filter])
  const { came, overflown } = useLiveLines(newest?.head, reload)
  const read = useMemo(() => data?.pages.toReversed().flatMap((page) => page.items) ?? [], [data])
  const lines = useMemo(() => (newest ? joinLines(read, came, newest.filter) : read), [newest, read, came])
  return {
    lines, error, isPending, overflown, reload,
    /** Another list when it is another filter's, or was read anew. */
    listKey: newest === undefined ? '' : `${newest.head} ${JSON.stringify(newest.filter)}`,
    isOther: isPlaceholderData,
    older: { has: hasNextPage, isFetching: isFetchingNextPage, fetch: fetchNextPage },
  }
}

/** The head is read before the lines: what is written in between is in the lines, and comes live behind the head, too. */
async function readPage(filter: LogFilter, before: string | undefined, signal: AbortSignal): Promise<ReadPage> {
  const newest = before === undefined ? await api.get<PageBody<LogLineBody>>('/api/logs?limit=1', { signal }) : undefined
  const page = await api.get<PageBody<LogLineBody>>(withQuery('/api/logs', { ...filter, before, limit: PAGE }), { signal })
  return { ...page, head: newest?.items.at(-1)?.id ?? 0, filter }
}

/** Every line behind `head`, whatever its filter. */
function useLiveLines(head: number | undefined, reload: () => void): { came: readonly LogLineBody[]; overflown: boolean } {
  const [live, setLive] = useState<{ head: number | undefined; lines: readonly LogLineBody[] }>({ head, lines: [] })
  useEffect(() => {
    if (head === undefined) return
    const { stop } = subscribeTopic('logs', {
      after: head,
      onEvents: (events) => setLive((now) => ({ head, lines: [...(now.head === head ? now.lines : []), ...(events as LogLineBody[])].slice(0, MOST_NEW) })),
      onReload: reload,
    })
    return stop
  }, [head, reload])
  const came = live.head === head ? live.lines : []
  return { came, overflown: came.length >= MOST_NEW }
}
