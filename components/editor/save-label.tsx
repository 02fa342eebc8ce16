'use client'

import { useTranslations } from 'next-intl'
import { useEditorView } from './editor-context'

/** Whether the server has what one sees. */
export function SaveLabel() {
  const t = useTranslations('editor.saving')
  const saving = useEditorView((view) => view.saving)
  const wrong = saving.kind === 'failed' || saving.kind === 'refused' || saving.kind === 'conflict'
  return <span role="status" title={saving.kind === 'failed' ? saving.message : undefined} className={`text-xs ${wrong ? 'text-state-failed' : 'text-muted-foreground'}`}>{saving.kind === 'refused' ? t('refused', { message: saving.message }) : t(saving.kind)}</span>
}
