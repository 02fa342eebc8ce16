'use client'

import { useQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { Pause, Play } from 'lucide-react'
import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { useDeferredValue, useEffect, useRef, useState } from 'react'
import type { z } from 'zod'
import { formatClock, formatCount } from '@/domain/metric/figures'
import type { PageBody } from '@/wire/page'
import { LOG_CATEGORIES, LOG_LEVELS, type LogLineBody, type LogSummaryBody } from '@/wire/telemetry'
import { api, withQuery } from '@/components/live/api-client'
import { subscribeTopic } from '@/components/live/live-connection'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'

type Level = (typeof LOG_LEVELS)[number]
type Category = (typeof LOG_CATEGORIES)[number] | 'all'
type Filter = { level: Level; category: Category; search: string }

const ROW_PX = 22
const MOST = 1_000
const levelColour: Record<Level, string> = { DEBUG: 'text-muted-foreground', INFO: 'text-state-running', WARNING: 'text-state-waiting', ERROR: 'text-state-failed', CRITICAL: 'text-state-failed font-semibold' }

/** What the server writes, as it writes it. */
export function LogsPage() {
  const t = useTranslations('logs')
  const [filter, setFilter] = useState<Filter>({ level: 'INFO', category: 'all', search: '' })
  const [paused, setPaused] = useState(false)
  const { lines, error, refetch } = useLines({ ...filter, search: useDeferredValue(filter.search.trim()) }, paused)
  return (
    <div className="flex h-full flex-col gap-3 px-4 py-5 md:px-6">
      <header className="flex flex-wrap items-center gap-2">
        <div className="min-w-48 grow"><h1 className="text-xl font-semibold tracking-tight">{t('title')}</h1><Summary /></div>
        <Select<Level> aria-label={t('level')} className="w-32" value={filter.level} onValueChange={(level) => setFilter({ ...filter, level })} options={LOG_LEVELS.map((value) => ({ value, label: value }))} />
        <Select<Category> aria-label={t('category')} className="w-36" value={filter.category} onValueChange={(category) => setFilter({ ...filter, category })} options={[{ value: 'all', label: t('allCategories') }, ...LOG_CATEGORIES.map((value) => ({ value, label: t(`categories.${value}`) }))]} />
        <Input type="search" aria-label={t('search')} placeholder={t('search')} className="w-48" value={filter.search} onChange={(event) => setFilter({ ...filter, search: event.target.value })} />
        <Button aria-pressed={paused} onClick={() => setPaused(!paused)}>{paused ? <Play aria-hidden /> : <Pause aria-hidden />} {paused ? t('follow') : t('pause')}</Button>
      </header>
      {error && <ProblemNotice problem={asProblem(error)} onRetry={refetch} />}
      <Lines lines={lines} follow={!paused} />
    </div>
  )
}

function Lines({ lines, follow }: { lines: readonly LogLineBody[]; follow: boolean }) {
  const t = useTranslations('logs')
  const locale = useLocale()
  const box = useRef<HTMLDivElement>(null)
  // The virtualizer's functions are not memo-safe; nothing here hands them on.
   
  const rows = useVirtualizer({ count: lines.length, getScrollElement: () => box.current, estimateSize: () => ROW_PX, overscan: 20 })
  useEffect(() => {
    if (follow && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [follow, lines])
  return (
    <div ref={box} role="region" aria-label={t('lines')} tabIndex={0} className="min-h-40 grow overflow-auto rounded-lg border bg-card focus-visible:-outline-offset-2">
      {lines.length === 0 && <p className="p-4 text-sm text-muted-foreground">{t('none')}</p>}
      <div className="relative min-w-160" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const line = lines[row.index]
          return line && (
            <div key={line.id} className="absolute inset-x-0 flex gap-3 border-b px-2 font-mono text-2xs leading-[21px] whitespace-nowrap" style={{ top: row.start, height: ROW_PX }} title={line.data === undefined ? line.message : `${line.message}\n${JSON.stringify(line.data)}`}>
              <time dateTime={line.at} className="text-muted-foreground">{formatClock(Date.parse(line.at), locale)}</time>
              <span className={cn('w-16', levelColour[line.level])}>{line.level}</span>
              <span className="w-16 truncate text-muted-foreground">{line.component}</span>
              <span className="min-w-0 grow truncate">{line.message}</span>
              {line.runId !== undefined && <Link href={`/runs/${line.runId}`} className="hover:underline">…{line.runId.slice(-6)}</Link>}
            </div>
          )
        })}
      </div>
    </div>
  )
}

function Summary() {
  const t = useTranslations('logs')
  const locale = useLocale()
  const { data } = useQuery({ queryKey: ['logs', 'summary'] as const, queryFn: ({ signal }) => api.get<z.infer<typeof LogSummaryBody>>('/api/logs/summary', { signal }), refetchInterval: 10_000, staleTime: 0 })
  if (!data) return <p className="text-sm text-muted-foreground">{t('description')}</p>
  return <p className="text-sm text-muted-foreground">{t('summary', { total: formatCount(data.total, locale), warnings: formatCount(data.byLevel.WARNING ?? 0, locale), errors: formatCount((data.byLevel.ERROR ?? 0) + (data.byLevel.CRITICAL ?? 0), locale) })}</p>
}

/** The newest lines that fit, then what comes. While paused nothing moves; what came meanwhile is read afterwards. */
function useLines(filter: Filter, paused: boolean) {
  const query = { level: filter.level, category: filter.category === 'all' ? undefined : filter.category, search: filter.search, limit: MOST }
  const key = JSON.stringify(query)
  const [live, setLive] = useState<{ key: string; lines: LogLineBody[] }>({ key, lines: [] })
  const { data, error, refetch } = useQuery({ queryKey: ['logs', 'list', key] as const, queryFn: ({ signal }) => api.get<PageBody<LogLineBody>>(withQuery('/api/logs', query), { signal }), staleTime: 0, enabled: !paused, placeholderData: (before) => before })
  useEffect(() => {
    if (paused) return
    const { level, category, search } = JSON.parse(key) as { level: Level; category?: string; search: string }
    const fits = (line: LogLineBody) =>
      LOG_LEVELS.indexOf(line.level) >= LOG_LEVELS.indexOf(level) && (category === undefined || line.category === category) && line.message.toLowerCase().includes(search.toLowerCase())
    return subscribeTopic('logs', { onEvents: (events) => setLive((now) => ({ key, lines: [...(now.key === key ? now.lines : []), ...(events as LogLineBody[]).filter(fits)].slice(-MOST) })) }).stop
  }, [key, paused])
  const stored = data?.items ?? []
  const last = stored.at(-1)?.id ?? 0
  return { lines: [...stored, ...(live.key === key ? live.lines.filter((line) => line.id > last) : [])].slice(-MOST), error, refetch: () => void refetch() }
}
