'use client'

import { FileUp, Upload, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import type { WorkflowDocument } from '@/domain/exchange/workflow-document'
import type { ProblemError } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { IconButton } from '@/components/ui/icon-button'
import { Textarea } from '@/components/ui/textarea'
import { FaultNotice } from './fault-text'
import { ImportPreview } from './import-preview'
import { readImport, type ReadImport } from './read-import'
import { useFileDrop } from './use-file-drop'

export type ImportDialogProps = { /** A file that was dropped before the dialog opened. */ file?: File | undefined; busy: boolean; problem: ProblemError | undefined; onImport: (workflow: WorkflowDocument) => void; onClose: () => void }

type Given = { kind: 'text'; text: string } | { kind: 'file'; name: string; text: string }

/** Takes a workflow as a file, dropped or picked, or as text, and shows what would be made of it before it is made. */
export function ImportDialog({ file, busy, problem, onImport, onClose }: ImportDialogProps) {
  const t = useTranslations('exchange')
  const common = useTranslations('common')
  const [given, setGiven] = useState<Given>({ kind: 'text', text: '' })
  const takeFile = (one: File) => void one.text().then((text) => setGiven({ kind: 'file', name: one.name, text }))
  const over = useFileDrop(takeFile)
  useEffect(() => {
    let gone = false
    if (file) void file.text().then((text) => (gone ? undefined : setGiven({ kind: 'file', name: file.name, text })))
    return () => void (gone = true)
  }, [file])
  const read = useRead(given)
  const document = read?.ok ? read.document : undefined
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        size="lg" title={t('importTitle')} description={t('importAbout')} closeLabel={common('close')} className="flex flex-col gap-3"
        footer={<><Button onClick={onClose}>{common('cancel')}</Button><Button variant="primary" disabled={!document} busy={busy} onClick={() => document && onImport(document)}><Upload aria-hidden /> {t('importNow')}</Button></>}
      >
        <div className={cn('flex flex-col gap-3 rounded-lg border border-dashed p-3', over && 'border-primary bg-accent')}>
          <div className="flex flex-wrap items-center gap-2">
            <FilePicker onFile={takeFile} />
            {given.kind === 'file' ? (
              <span className="flex min-w-0 items-center gap-1 text-sm"><span className="truncate font-medium">{given.name}</span><IconButton size="sm" label={t('forgetFile', { file: given.name })} onClick={() => setGiven({ kind: 'text', text: '' })}><X aria-hidden /></IconButton></span>
            ) : <span className="text-sm text-muted-foreground">{t('dropHint')}</span>}
          </div>
          {given.kind === 'text' && (
            <Field label={t('pasteText')}>
              {(control) => <Textarea {...control} mono rows={7} value={given.text} onChange={(event) => setGiven({ kind: 'text', text: event.target.value })} />}
            </Field>
          )}
        </div>
        {read && !read.ok && <FaultNotice fault={read.fault} />}
        {read?.ok && <ImportPreview document={read.document} from={read.from} />}
        {problem && <ProblemNotice problem={problem} />}
      </DialogContent>
    </Dialog>
  )
}

function FilePicker({ onFile }: { onFile: (file: File) => void }) {
  const t = useTranslations('exchange')
  const picker = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={picker} type="file" accept=".json,.yaml,.yml,application/json,application/yaml" aria-label={t('file')} className="sr-only" tabIndex={-1}
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          if (file) onFile(file)
        }}
      />
      <Button onClick={() => picker.current?.click()}><FileUp aria-hidden /> {t('pickFile')}</Button>
    </>
  )
}

/** What the text comes to; undefined while there is none, or it is read. */
function useRead(given: Given): ReadImport | undefined {
  const [read, setRead] = useState<{ given: Given; result: ReadImport }>()
  const empty = given.kind === 'text' && given.text.trim() === ''
  useEffect(() => {
    if (empty) return
    let gone = false
    void readImport(given.text, given.kind === 'file' ? given.name : '').then((result) => (gone ? undefined : setRead({ given, result })))
    return () => void (gone = true)
  }, [given, empty])
  // Of the text before it says nothing.
  return !empty && read?.given === given ? read.result : undefined
}
