'use client'

import { ClipboardPaste } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/textarea'
import { useClipboard } from './use-clipboard'

/** Adds nodes from their text: where no key pastes, and from what somebody sent. */
export function PasteDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('build')
  const common = useTranslations('common')
  const { paste } = useClipboard()
  const [text, setText] = useState('')
  const [refused, setRefused] = useState(false)
  const take = () => (paste(text) ? onClose() : setRefused(true))
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        title={t('pasteTitle')} description={t('pasteAbout')} closeLabel={common('close')}
        footer={<><Button onClick={onClose}>{common('cancel')}</Button><Button variant="primary" onClick={take}><ClipboardPaste aria-hidden /> {t('pasteNow')}</Button></>}
      >
        <Field label={t('pasteField')} required error={refused ? t('notNodes') : undefined}>
          {(control) => <Textarea {...control} rows={10} spellCheck={false} className="font-mono text-xs" value={text} onChange={(event) => (setText(event.target.value), setRefused(false))} onKeyDown={(event) => event.key === 'Enter' && (event.ctrlKey || event.metaKey) && take()} />}
        </Field>
      </DialogContent>
    </Dialog>
  )
}
