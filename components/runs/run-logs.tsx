'use client'

import { useQuery } from '@tanstack/react-query'
import { ScrollText } from 'lucide-react'
import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { formatClock } from '@/domain/metric/figures'
import type { PageBody } from '@/wire/page'
import { LOG_LEVELS, type LogLineBody } from '@/wire/telemetry'
import { api, withQuery } from '@/components/live/api-client'
import { subscribeTopic } from '@/components/live/live-connection'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Button } from '@/components/ui/button'
import { Input } from '@/components/ui/input'
import { ScrollArea } from '@/components/ui/scroll-area'
import { Select } from '@/components/ui/select'
import { Skeleton } from '@/components/ui/skeleton'
import { cn } from '@/components/ui/cn'
import { useRunId, useRunStore, useRunView } from './run-context'
import { useMoment } from './use-moment'

type Level = (typeof LOG_LEVELS)[number]
const MOST = 1_000
const levelColour: Record<Level, string> = { DEBUG: 'text-muted-foreground', INFO: 'text-state-running', WARNING: 'text-state-waiting', ERROR: 'text-state-failed', CRITICAL: 'text-state-failed font-semibold' }

/** Log lines of the run, or of one of its steps, up to the shown moment. */
export function RunLogs({ nodeId }: { nodeId?: string }) {
  const t = useTranslations('run.logs')
  const locale = useLocale()
  const runId = useRunId()
  const store = useRunStore()
  const [level, setLevel] = useState<Level>('DEBUG')
  const [search, setSearch] = useState('')
  const { lines, problem, loading } = useRunLogLines()
  const follow = useRunView((view) => view.follow)
  const moment = useMoment(!follow)
  const shown = lines.filter((line) =>
    (nodeId === undefined || isOf(line, nodeId)) && LOG_LEVELS.indexOf(line.level) >= LOG_LEVELS.indexOf(level) &&
    (follow || Date.parse(line.at) <= moment) && line.message.toLowerCase().includes(search.trim().toLowerCase()))
  return (
    <div className="flex h-full min-h-0 flex-col gap-2">
      <div className="flex gap-2">
        <Select<Level> aria-label={t('level')} size="sm" className="w-32" value={level} onValueChange={setLevel} options={LOG_LEVELS.map((value) => ({ value, label: value }))} />
        <Input aria-label={t('search')} placeholder={t('search')} className="h-7 text-xs" value={search} onChange={(event) => setSearch(event.target.value)} />
        <Button asChild size="sm" variant="ghost" className="size-7 px-0"><Link href={`/logs?level=DEBUG&runId=${encodeURIComponent(runId)}`} aria-label={t('openPage')} title={t('openPage')}><ScrollText aria-hidden /></Link></Button>
      </div>
      {problem && <ProblemNotice problem={asProblem(problem)} />}
      {loading && <Skeleton className="h-16" />}
      <ScrollArea label={t('lines')} className="min-h-16 grow rounded-md border bg-muted/40">
        {!loading && shown.length === 0 && <p className="p-3 text-sm text-muted-foreground">{lines.length === 0 ? t('none') : t('noneMatch')}</p>}
        <ol>
          {shown.map((line) => (
            <li key={line.id} className="flex gap-2 border-b px-2 py-0.5 font-mono text-2xs last:border-0">
              <button type="button" title={t('goTo')} className="shrink-0 rounded-sm text-muted-foreground underline-offset-2 hover:underline" onClick={() => store.showTime(Date.parse(line.at))}><time dateTime={line.at}>{formatClock(Date.parse(line.at), locale)}</time></button>
              <span className={cn('w-16 shrink-0', levelColour[line.level])}>{line.level}</span>
              <span className="min-w-0 break-words">{line.message}</span>
            </li>
          ))}
        </ol>
      </ScrollArea>
    </div>
  )
}

/** Of the step, or of one that it holds: what a map or an agent does is told by its items and turns. */
function isOf({ nodeId }: LogLineBody, stepKey: string): boolean {
  return nodeId === stepKey || (nodeId?.startsWith(`${stepKey}[`) ?? false)
}

/** What is stored, then what is written from now on. */
function useRunLogLines() {
  const runId = useRunId()
  const [added, setAdded] = useState<{ runId: string; lines: LogLineBody[] }>({ runId, lines: [] })
  const { data, error, isPending } = useQuery({
    queryKey: ['logs', 'run', runId] as const,
    queryFn: ({ signal }) => api.get<PageBody<LogLineBody>>(withQuery('/api/logs', { runId, limit: MOST }), { signal }),
    staleTime: 0,
  })
  useEffect(() => {
    const { stop } = subscribeTopic('logs', {
      onEvents: (events) => {
        const mine = (events as LogLineBody[]).filter((line) => line.runId === runId)
        if (mine.length > 0) setAdded((now) => ({ runId, lines: [...(now.runId === runId ? now.lines : []), ...mine].slice(-MOST) }))
      },
    })
    return stop
  }, [runId])
  const stored = data?.items ?? []
  const last = stored.at(-1)?.id ?? 0
  return { lines: [...stored, ...(added.runId === runId ? added.lines.filter((line) => line.id > last) : [])], problem: error, loading: isPending }
}
