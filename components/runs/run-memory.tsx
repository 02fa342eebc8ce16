'use client'

import { useLocale, useTranslations } from 'next-intl'
import { formatClock } from '@/domain/metric/figures'
import { JsonView } from './json-view'
import { useRunView } from './run-context'
import { StepLink } from './step-link'

/** The memory of the run at the shown moment: what is there, and who has read or written what. */
export function RunMemory() {
  const t = useTranslations('run.memory')
  const locale = useLocale()
  const { cells, history } = useRunView((view) => view.shown.memory)
  const keys = Object.entries(cells)
  if (keys.length === 0 && history.length === 0) return <p className="py-3 text-sm text-muted-foreground">{t('none')}</p>
  return (
    <div className="space-y-4">
      <ul aria-label={t('values')} className="space-y-2">
        {keys.map(([key, { value, version, by, at }]) => (
          <li key={key} className="space-y-1 rounded-md border p-2.5 text-sm">
            <p className="flex flex-wrap items-baseline gap-x-2">
              <code className="font-mono font-medium break-all">{key}</code>
              <span className="text-xs text-muted-foreground">{t('version', { version })}</span>
            </p>
            <p className="text-xs text-muted-foreground"><StepLink stepKey={by} /> · {formatClock(at, locale)}</p>
            <JsonView value={value} label={t('valueOf', { key })} />
          </li>
        ))}
      </ul>
      <section aria-label={t('history')}>
        <h3 className="pb-1 text-xs font-semibold">{t('history')}</h3>
        <ol className="rounded-md border">
          {history.map(({ kind, key, version, by, at }, index) => (
            <li key={index} className="flex flex-wrap items-baseline gap-x-2 border-b px-2 py-1 text-xs last:border-0">
              <time dateTime={new Date(at).toISOString()} className="text-muted-foreground tabular-nums">{formatClock(at, locale)}</time>
              <StepLink stepKey={by} />
              <span className="min-w-0 break-words">{kind === 'read' && version === 0 ? t('foundNone', { key }) : t(kind, { key, version })}</span>
            </li>
          ))}
        </ol>
      </section>
    </div>
  )
}
