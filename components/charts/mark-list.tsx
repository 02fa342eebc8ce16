'use client'

import { Bell } from 'lucide-react'
import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import type { AlertMark } from './chart-alerts'

/** As many stand below a chart; all of them on the page of alerts. */
const MOST = 3

/** The shaded spans of a chart in words. */
export function MarkList({ marks }: { marks: readonly AlertMark[] }) {
  const t = useTranslations('charts')
  const clock = new Intl.DateTimeFormat(useLocale(), { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
  if (marks.length === 0) return null
  return (
    <ul aria-label={t('alerts')} className="mt-1 flex flex-col gap-0.5 text-xs">
      {marks.slice(0, MOST).map(({ id, name, from, to }) => (
        <li key={id} className="flex min-w-0 items-center gap-1 text-state-failed">
          <Bell aria-hidden className="size-3 shrink-0" /><Link href="/alerts" className="min-w-0 truncate hover:underline">{name}</Link>
          <span className="shrink-0 text-muted-foreground">{to === undefined ? t('alertSince', { from: clock.format(from) }) : t('alertSpan', { from: clock.format(from), to: clock.format(to) })}</span>
        </li>
      ))}
      {marks.length > MOST && <li><Link href="/alerts" className="text-muted-foreground hover:underline">{t('moreAlerts', { count: marks.length - MOST })}</Link></li>}
    </ul>
  )
}
