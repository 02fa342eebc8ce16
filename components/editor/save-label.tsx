'use client'

import { useTranslations } from 'next-intl'
import { useProblemWords } from '@/components/live/problem-words'
import { useDesk, useEditorView } from './editor-context'

/** Whether the server has what one sees; and what waits for a decision. */
export function SaveLabel() {
  const t = useTranslations('editor.saving')
  const words = useProblemWords()
  const desk = useDesk()
  const saving = useEditorView((view) => view.saving)
  const edits = useEditorView((view) => view.log.pending.length)
  const clashes = useEditorView((view) => view.log.clashes.length)
  const tone = saving.kind === 'refused' ? 'text-state-failed' : saving.kind === 'offline' ? 'text-state-waiting' : 'text-muted-foreground'
  return (
    <>
      <span role="status" title={saving.kind === 'offline' ? t('offlineHint') : undefined} className={`text-xs ${tone} ${saving.kind === 'refused' ? 'min-w-0' : 'shrink-0 whitespace-nowrap'}`}>{saving.kind === 'refused' ? t('refused', { message: words(saving).title }) : t(saving.kind, { edits })}</span>
      {clashes > 0 && <button type="button" className="shrink-0 rounded-sm text-xs font-medium text-state-failed underline underline-offset-2" onClick={() => desk.showClashes(true)}>{t('clashes', { clashes })}</button>}
    </>
  )
}
