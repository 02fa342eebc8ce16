'use client'

import { ChevronRight } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEditorStore, useEditorView, useLevelNames } from './editor-context'

/** Which map's body is open, and the way back out. */
export function LevelPath() {
  const t = useTranslations('editor')
  const store = useEditorStore()
  const path = useEditorView((view) => view.path)
  const name = useEditorView((view) => view.name)
  const names = useLevelNames()
  if (path.length === 0) return null
  return (
    <nav aria-label={t('levels')} className="flex items-center gap-1 border-b bg-brand-soft px-3 py-1 text-sm">
      {[name, ...names].map((label, depth) => (
        <span key={depth} className="flex min-w-0 items-center gap-1">
          {depth > 0 && <ChevronRight aria-hidden className="size-3.5 shrink-0" />}
          {depth === path.length ? <strong aria-current="page" className="truncate">{label}</strong> : <button type="button" className="truncate rounded-sm underline underline-offset-2" onClick={() => store.leave(depth)}>{label}</button>}
        </span>
      ))}
    </nav>
  )
}
