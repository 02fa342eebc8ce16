'use client'

import { FileUp, ListOrdered, Plus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useDeferredValue, useRef, useState } from 'react'
import { toast } from 'sonner'
import { emptyGraph } from '@/domain/graph/graph'
import { Button } from '@/components/ui/button'
import { Input } from '@/components/ui/input'
import { Page } from '@/components/ui/page'
import { ChainDialog } from './chain-dialog'
import { TemplateGallery } from './template-gallery'
import { readWorkflowFile } from './workflow-file'
import { refused, WorkflowList } from './workflow-list'
import { useCreateWorkflow } from './workflow-queries'

/** Where a person begins: what there is, what to begin with, and the ways to make something new. */
export function WorkflowsPage() {
  const t = useTranslations('workflows')
  const router = useRouter()
  const [search, setSearch] = useState('')
  const [chain, setChain] = useState(false)
  const create = useCreateWorkflow()
  const open = ({ id }: { id: string }) => router.push(`/workflows/${id}`)
  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        <>
          <ImportButton />
          <Button onClick={() => setChain(true)}><ListOrdered aria-hidden /> {t('newChain')}</Button>
          <Button variant="primary" busy={create.isPending} onClick={() => create.mutate({ name: t('untitled'), graph: emptyGraph }, { onSuccess: open, onError: refused })}><Plus aria-hidden /> {t('new')}</Button>
        </>
      }
    >
      <TemplateGallery />
      <section aria-labelledby="workflows-title" className="flex flex-col gap-2">
        <div className="flex items-center gap-3">
          <h2 id="workflows-title" className="grow text-sm font-semibold">{t('yours')}</h2>
          <Input type="search" aria-label={t('search')} placeholder={t('search')} className="max-w-64" value={search} onChange={(event) => setSearch(event.target.value)} />
        </div>
        <WorkflowList search={useDeferredValue(search.trim())} />
      </section>
      {chain && <ChainDialog open onOpenChange={setChain} />}
    </Page>
  )
}

function ImportButton() {
  const t = useTranslations('workflows')
  const router = useRouter()
  const create = useCreateWorkflow()
  const picker = useRef<HTMLInputElement>(null)
  const take = async (file: File) => {
    const read = readWorkflowFile(await file.text())
    if (!read.ok) return void toast.error(t(read.reason === 'not-json' ? 'importNotJson' : 'importNotWorkflow', { file: file.name }), { description: read.detail })
    create.mutate(read.workflow, { onSuccess: ({ id }) => router.push(`/workflows/${id}`), onError: refused })
  }
  return (
    <>
      <input
        ref={picker} type="file" accept=".json,application/json" aria-label={t('importFile')} className="sr-only" tabIndex={-1}
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          if (file) void take(file)
        }}
      />
      <Button busy={create.isPending} onClick={() => picker.current?.click()}><FileUp aria-hidden /> {t('import')}</Button>
    </>
  )
}
