'use client'

import { ChevronRight } from 'lucide-react'
import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { memo } from 'react'
import { formatClock } from '@/domain/metric/figures'
import type { LogLineBody } from '@/wire/telemetry'
import { cn } from '@/components/ui/cn'
import { LogDetails, type OnOnly } from './log-details'
import { levelColour } from './log-look'
import { runAddress } from './run-address'
import { searchHits } from './search-hits'

type LogRowProps = { line: LogLineBody; search: string; open: boolean; onToggle: (id: number) => void; onOnly: OnOnly }

/** One line; pressed, it shows its data. */
export const LogRow = memo(function LogRow({ line, search, open, onToggle, onOnly }: LogRowProps) {
  const t = useTranslations('logs')
  const locale = useLocale()
  return (
    <>
      <div className="flex items-start border-b font-mono text-2xs">
        <button
          type="button"
          data-line={line.id}
          aria-expanded={open}
          onClick={() => onToggle(line.id)}
          className="flex min-w-0 grow items-start gap-2 px-1 py-0.5 text-left leading-5 hover:bg-accent focus-visible:-outline-offset-2 sm:gap-3"
        >
          <ChevronRight aria-hidden className={cn('mt-1 size-3 shrink-0 text-muted-foreground', open && 'rotate-90')} />
          <time dateTime={line.at} className="shrink-0 text-muted-foreground">{formatClock(Date.parse(line.at), locale)}</time>
          <span className={cn('w-14 shrink-0', levelColour[line.level])}>{line.level}</span>
          <span className="hidden w-24 shrink-0 truncate text-muted-foreground md:block">{t(`categories.${line.category}`)}</span>
          <span className="hidden w-20 shrink-0 truncate text-muted-foreground sm:block">{line.component}</span>
          <span className={cn('min-w-0 grow', open ? 'break-words whitespace-pre-wrap' : 'truncate')}><Found text={line.message} search={search} /></span>
        </button>
        {line.runId !== undefined && <Link href={runAddress(line)} title={t('toRun', { id: line.runId })} className="hidden shrink-0 px-2 leading-6 text-brand hover:underline sm:block">…{line.runId.slice(-6)}</Link>}
      </div>
      {open && <LogDetails line={line} onOnly={onOnly} />}
    </>
  )
})

function Found({ text, search }: { text: string; search: string }) {
  return searchHits(text, search).map((part, index) => (part.hit ? <mark key={index} className="rounded-xs bg-state-waiting-border text-foreground">{part.text}</mark> : part.text))
}
