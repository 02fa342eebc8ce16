'use client'

import { FileUp, LayoutTemplate, ListOrdered, Plus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useDeferredValue, useState } from 'react'
import { emptyGraph } from '@/domain/graph/graph'
import { DropHint } from '@/components/exchange/drop-hint'
import { ImportDialog } from '@/components/exchange/import-dialog'
import { useFileDrop } from '@/components/exchange/use-file-drop'
import { asProblem } from '@/components/live/problem-error'
import { useRefused } from '@/components/live/problem-words'
import { Button } from '@/components/ui/button'
import { Input } from '@/components/ui/input'
import { Page } from '@/components/ui/page'
import { ChainDialog } from './chain-dialog'
import { TemplateGallery } from './template-gallery'
import { WorkflowList } from './workflow-list'
import { useCreateWorkflow } from './workflow-queries'

/**
 * Where a person begins: what there is, what to begin with, and the ways to make something new.
 * @param begun there are workflows: they come first, the templates below them; told by the server, so that nothing trades places while it loads
 */
export function WorkflowsPage({ begun }: { begun: boolean }) {
  const refused = useRefused()
  const t = useTranslations('workflows')
  const router = useRouter()
  const [search, setSearch] = useState('')
  const [chain, setChain] = useState(false)
  const [importing, setImporting] = useState<{ file: File | undefined }>()
  const create = useCreateWorkflow()
  const take = useCreateWorkflow()
  const openImport = (file: File | undefined) => (take.reset(), setImporting({ file }))
  const over = useFileDrop(openImport, !importing && !chain)
  const open = ({ id }: { id: string }) => router.push(`/workflows/${id}`)
  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        <>
          {begun && <Button asChild><a href="#templates-title"><LayoutTemplate aria-hidden /> {t('templates.title')}</a></Button>}
          <Button onClick={() => openImport(undefined)}><FileUp aria-hidden /> {t('import')}</Button>
          <Button onClick={() => setChain(true)}><ListOrdered aria-hidden /> {t('newChain')}</Button>
          <Button variant={begun ? 'primary' : 'secondary'} busy={create.isPending} onClick={() => create.mutate({ name: t('untitled'), graph: emptyGraph }, { onSuccess: open, onError: refused })}><Plus aria-hidden /> {t('new')}</Button>
        </>
      }
    >
      {!begun && <TemplateGallery first />}
      <section aria-labelledby="workflows-title" className="flex flex-col gap-2">
        <div className="flex items-center gap-3">
          <h2 id="workflows-title" className="grow text-sm font-semibold">{t('yours')}</h2>
          <Input type="search" aria-label={t('search')} placeholder={t('search')} className="max-w-64" value={search} onChange={(event) => setSearch(event.target.value)} />
        </div>
        <WorkflowList search={useDeferredValue(search.trim())} />
      </section>
      {begun && <TemplateGallery />}
      {over && <DropHint />}
      {chain && <ChainDialog open onOpenChange={setChain} />}
      {importing && (
        <ImportDialog
          file={importing.file} busy={take.isPending} problem={take.error ? asProblem(take.error) : undefined} onClose={() => setImporting(undefined)}
          onImport={({ name, description, graph }) => take.mutate({ name, description, graph }, { onSuccess: open })}
        />
      )}
    </Page>
  )
}
