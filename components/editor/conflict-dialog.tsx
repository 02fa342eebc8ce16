'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { useEditorView } from './editor-context'

/** Two people, or two tabs, changed the same workflow: a person decides, and nothing is lost unseen. */
export function ConflictDialog({ onKeepMine, onLoadTheirs }: { onKeepMine: () => void; onLoadTheirs: () => void }) {
  const t = useTranslations('editor.conflict')
  const open = useEditorView((view) => view.saving.kind === 'conflict')
  return (
    <Dialog open={open}>
      <DialogContent title={t('title')} description={t('body')} footer={<><Button onClick={onLoadTheirs}>{t('theirs')}</Button><Button variant="primary" onClick={onKeepMine}>{t('mine')}</Button></>} />
    </Dialog>
  )
}
