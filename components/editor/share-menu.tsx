'use client'

import { CodeXml, Download, Eye, Share2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useContext } from 'react'
import { CodeDialog } from '@/components/exchange/code-dialog'
import { ExportDialog } from '@/components/exchange/export-dialog'
import { Button } from '@/components/ui/button'
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from '@/components/ui/dropdown-menu'
import { useEditorView, WorkflowIdContext } from './editor-context'

/** Ways to take a workflow out of the editor. */
export type Share = 'export' | 'code'

export function ShareMenu({ onShare }: { onShare: (what: Share) => void }) {
  const t = useTranslations('exchange')
  const workflowId = useContext(WorkflowIdContext)
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild><Button><Share2 aria-hidden /> <span className="max-sm:sr-only">{t('share')}</span></Button></DropdownMenuTrigger>
      <DropdownMenuContent>
        <DropdownMenuItem onSelect={() => onShare('export')}><Download aria-hidden /> {t('export')}</DropdownMenuItem>
        <DropdownMenuItem onSelect={() => onShare('code')}><CodeXml aria-hidden /> {t('code')}</DropdownMenuItem>
        <DropdownMenuItem asChild><a href={`/workflows/${encodeURIComponent(workflowId)}/view`} target="_blank"><Eye aria-hidden /> {t('viewLink')}</a></DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}

/** What lies on the canvas, saved or not. */
export function ShareDialog({ what, onClose }: { what: Share; onClose: () => void }) {
  const draft = useEditorView((view) => view.log.now)
  const workflowId = useContext(WorkflowIdContext)
  if (what === 'code') return <CodeDialog workflowId={workflowId} name={draft.name} graph={draft.graph} onClose={onClose} />
  return <ExportDialog workflow={draft} onClose={onClose} />
}
