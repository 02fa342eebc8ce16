'use client'

import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { isTimeZone } from '@/domain/trigger/cron'
import type { FireBody, ScheduleBody } from '@/wire/triggers'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Skeleton } from '@/components/ui/skeleton'
import { useFires } from './trigger-queries'

type Moment = (ms: number) => string

/** Moments as a clock on a wall of that zone shows them; a zone that this browser does not know is shown in UTC. */
export function useMomentIn(timeZone: string): Moment {
  const locale = useLocale()
  const format = new Intl.DateTimeFormat(locale, { weekday: 'short', year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: isTimeZone(timeZone) ? timeZone : 'UTC', timeZoneName: 'short' })
  return (ms) => format.format(ms)
}

/** What became of the newest fires of a schedule. */
export function FireList({ workflowId, schedule, moment }: { workflowId: string; schedule: ScheduleBody; moment: Moment }) {
  const t = useTranslations('triggers.schedule')
  const { data, error, isPending } = useFires(workflowId, schedule.id)
  if (error) return <ProblemNotice problem={asProblem(error)} />
  if (isPending) return <Skeleton className="mt-2 h-12" />
  if (data.length === 0) return <p className="mt-2 text-xs text-muted-foreground">{t('noFires')}</p>
  return (
    <ol aria-label={t('history', { name: schedule.name })} tabIndex={0} className="mt-2 max-h-48 space-y-1 overflow-y-auto border-t pt-2 text-xs">
      {data.map((fire) => <li key={fire.dueAt}><FireLine fire={fire} moment={moment} /></li>)}
    </ol>
  )
}

export function FireLine({ fire, moment }: { fire: FireBody; moment: Moment }) {
  const t = useTranslations('triggers.schedule')
  return <><span className="tabular-nums">{moment(Date.parse(fire.dueAt))}</span>{' · '}<Outcome fire={fire} text={outcomeText(fire, t)} /></>
}

function Outcome({ fire, text }: { fire: FireBody; text: string }) {
  if (fire.runId !== undefined) return <Link href={`/runs/${fire.runId}`} className="text-brand underline underline-offset-2">{text}</Link>
  return <span className={fire.outcome === 'failed' ? 'text-state-failed' : undefined}>{text}</span>
}

function outcomeText(fire: FireBody, t: ReturnType<typeof useTranslations<'triggers.schedule'>>): string {
  switch (fire.outcome) {
    case 'due':
      return t('outcome.due')
    case 'started':
      return t('outcome.started')
    case 'failed':
      return t('outcome.failed', { message: fire.message ?? '' })
    case 'skipped':
      return t(fire.reason === 'missed' ? 'outcome.missed' : 'outcome.overlap', { count: fire.count ?? 1 })
  }
}
