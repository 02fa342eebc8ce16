'use client'

import { Upload } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { ProblemError } from '@/components/live/problem-error'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/textarea'
import { RefusalNotice } from './forms/refusal-notice'

export type PublishDialogProps = { busy: boolean; problem: ProblemError | undefined; onPublish: (note: string) => void; onClose: () => void }

/** Asks what changed, which may stay unsaid. Ctrl+Enter publishes. */
export function PublishDialog({ busy, problem, onPublish, onClose }: PublishDialogProps) {
  const t = useTranslations('editor')
  const common = useTranslations('common')
  const [note, setNote] = useState('')
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        title={t('publishTitle')} description={t('publishBody')} closeLabel={common('close')} className="flex flex-col gap-3"
        footer={<><Button onClick={onClose}>{common('cancel')}</Button><Button variant="primary" busy={busy} onClick={() => onPublish(note)}><Upload aria-hidden /> {t('publishNow')}</Button></>}
      >
        <Field label={t('publishNote')}>
          {(control) => <Textarea {...control} rows={3} maxLength={2_000} value={note} onChange={(event) => setNote(event.target.value)} onKeyDown={(event) => event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !busy && onPublish(note)} />}
        </Field>
        {problem && <RefusalNotice problem={problem} />}
      </DialogContent>
    </Dialog>
  )
}
