'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { diffText } from '@/domain/run/diff-text'

/** Two texts as one: what only the first has is struck through, what only the second has is underlined. */
export function TextDiff({ label, before, after }: { label: string; before: string; after: string }) {
  const t = useTranslations('run.compare')
  const pieces = useMemo(() => diffText(before, after), [before, after])
  return (
    <pre tabIndex={0} role="group" aria-label={label} className="max-h-72 overflow-auto font-mono text-xs break-words whitespace-pre-wrap">
      {pieces.map(({ kind, text }, index) => {
        if (kind === 'same') return <span key={index}>{text}</span>
        if (kind === 'removed') return <del key={index} title={t('onlyFirst')} className="bg-state-failed-soft text-state-failed line-through">{text}</del>
        return <ins key={index} title={t('onlySecond')} className="bg-state-completed-soft text-state-completed underline">{text}</ins>
      })}
    </pre>
  )
}
