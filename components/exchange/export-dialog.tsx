'use client'

import { Download } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { documentOf, type WorkflowDocument } from '@/domain/exchange/workflow-document'
import { writeWorkflowText, type TextFormat } from '@/wire/workflow-text'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { CodeBox } from './code-box'
import { fileNameOf, saveText } from './save-text'

const TYPE = { json: 'application/json', yaml: 'application/yaml' } satisfies Record<TextFormat, string>

/** A workflow as text, to keep as a file or to copy. */
export function ExportDialog({ workflow, onClose }: { workflow: Pick<WorkflowDocument, 'name' | 'description' | 'graph'>; onClose: () => void }) {
  const t = useTranslations('exchange')
  const common = useTranslations('common')
  const [format, setFormat] = useState<TextFormat>('json')
  const text = useWorkflowText(workflow, format)
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent size="lg" title={t('exportTitle', { name: workflow.name })} description={t('exportAbout')} closeLabel={common('close')} className="flex flex-col gap-3">
        <SegmentedControl label={t('format')} className="self-start" value={format} onValueChange={setFormat} segments={[{ value: 'json', label: 'JSON' }, { value: 'yaml', label: 'YAML' }]} />
        <CodeBox
          key={format} label={t('exportText')} text={text}
          actions={<Button variant="primary" disabled={text === ''} onClick={() => saveText(text, fileNameOf(workflow.name, format), TYPE[format])}><Download aria-hidden /> {t('download')}</Button>}
        />
      </DialogContent>
    </Dialog>
  )
}

/** Empty until it is written: the library for YAML is loaded first. */
function useWorkflowText(workflow: Pick<WorkflowDocument, 'name' | 'description' | 'graph'>, format: TextFormat): string {
  const [written, setWritten] = useState<{ format: TextFormat; text: string }>()
  useEffect(() => {
    let gone = false
    void writeWorkflowText(documentOf(workflow), format).then((text) => (gone ? undefined : setWritten({ format, text })))
    return () => void (gone = true)
  }, [workflow, format])
  return written?.format === format ? written.text : ''
}
