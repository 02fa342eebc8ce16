'use client'

import { GitCompare, History, RotateCcw } from 'lucide-react'
import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { formatMoment } from '@/domain/metric/figures'
import type { WorkflowVersionBody } from '@/wire/workflows'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import type { Sides } from './chosen-sides'

export type VersionListProps = { workflowId: string; versions: readonly WorkflowVersionBody[]; shown: Sides; onCompare: (sides: Sides) => void }

/** What was published, newest first. Restoring happens in the editor, where undo takes it back. */
export function VersionList({ workflowId, versions, shown, onCompare }: VersionListProps) {
  const t = useTranslations('versions')
  const locale = useLocale()
  if (versions.length === 0) return <p className="p-3 text-sm text-muted-foreground">{t('none')}</p>
  return (
    <ol aria-label={t('list')} className="flex flex-col divide-y">
      {versions.toReversed().map(({ version, createdAt, author, note }) => {
        const againstDraft = shown.from === version && shown.to === 'draft'
        const againstBefore = shown.from === version - 1 && shown.to === version
        return (
          <li key={version} className={cn('flex flex-col gap-1.5 p-3', (againstDraft || againstBefore) && 'bg-accent')}>
            <div>
              <h2 className="text-sm font-medium">{t('version', { version })}</h2>
              <p className="text-xs text-muted-foreground tabular-nums">{formatMoment(Date.parse(createdAt), locale)}{author !== '' && ` · ${t('by', { author: author === 'local' ? t('thisMachine') : author })}`}</p>
              {note !== '' && <p className="mt-1 text-sm break-words whitespace-pre-wrap">{note}</p>}
            </div>
            <div className="flex flex-wrap gap-1">
              <Button size="sm" aria-pressed={againstDraft} aria-label={t('compareDraftNamed', { version })} onClick={() => onCompare({ from: version, to: 'draft' })}><GitCompare aria-hidden className="size-3.5" /> {t('compareDraft')}</Button>
              {version > 1 && <Button size="sm" aria-pressed={againstBefore} aria-label={t('compareBeforeNamed', { version })} onClick={() => onCompare({ from: version - 1, to: version })}><History aria-hidden className="size-3.5" /> {t('compareBefore')}</Button>}
              <Button asChild size="sm"><Link href={`/workflows/${encodeURIComponent(workflowId)}?restore=${version}`} aria-label={t('restoreNamed', { version })}><RotateCcw aria-hidden className="size-3.5" /> {t('restore')}</Link></Button>
            </div>
          </li>
        )
      })}
    </ol>
  )
}
