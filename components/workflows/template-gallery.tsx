'use client'

import { SearchX } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { TemplateBody } from '@/wire/workflows'
import { GraphPicture } from '@/components/graph/graph-picture'
import { asProblem } from '@/components/live/problem-error'
import { useRefused } from '@/components/live/problem-words'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { Input } from '@/components/ui/input'
import { Skeleton } from '@/components/ui/skeleton'
import { useCreateWorkflow, useTemplates } from './workflow-queries'

type Offered = { template: TemplateBody; name: string; description: string }

/** Workflows to begin with: pressing one makes it yours. `first`: there are none yet, so it says what to do, and one stands out. */
export function TemplateGallery({ first = false }: { first?: boolean }) {
  const t = useTranslations('workflows')
  const { data, error, isPending, refetch } = useTemplates()
  const [search, setSearch] = useState('')
  const words = useTemplateWords()
  const cards = (data?.items ?? []).map((template): Offered => ({ template, ...words(template) }))
  const shown = cards.filter((card) => matches(card, search))
  return (
    <section aria-labelledby="templates-title" className="flex flex-col gap-2">
      <div className="flex items-center gap-3">
        <h2 id="templates-title" className="grow text-sm font-semibold">{t('templates.title')}</h2>
        <Input type="search" aria-label={t('templates.search')} placeholder={t('templates.search')} className="max-w-64" value={search} onChange={(event) => setSearch(event.target.value)} />
      </div>
      {first && <p className="text-sm text-muted-foreground">{t('templates.firstHint')}</p>}
      {error && <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />}
      <ul className="grid grid-cols-1 gap-3 sm:grid-cols-2 lg:grid-cols-3">
        {isPending && [1, 2, 3].map((key) => <li key={key}><Skeleton className="h-52" /></li>)}
        {shown.map((card, index) => <li key={card.template.id}><TemplateCard {...card} standsOut={first && index === 0} /></li>)}
      </ul>
      {data && shown.length === 0 && <Card><EmptyState icon={<SearchX />} title={t('noneMatch')} description={t('templates.noneMatchHint')} /></Card>}
    </section>
  )
}

/** In the reader's language; a template nobody translated speaks English. */
function useTemplateWords(): (template: TemplateBody) => { name: string; description: string } {
  const t = useTranslations('workflows.templates')
  return ({ id, name, description }) => {
    const known = `${id as 'four-agents'}` as const
    return t.has(`${known}.name`) ? { name: t(`${known}.name`), description: t(`${known}.description`) } : { name, description }
  }
}

/** Every word of the search, in what the card says, in the English of it, or among its types of nodes. */
function matches({ template, name, description }: Offered, search: string): boolean {
  const said = [name, description, template.name, template.description, ...template.graph.nodes.map(({ type }) => type)].join(' ').toLocaleLowerCase()
  return search.toLocaleLowerCase().split(/\s+/).every((word) => said.includes(word))
}

function TemplateCard({ template, name, description, standsOut }: Offered & { standsOut: boolean }) {
  const refused = useRefused()
  const t = useTranslations('workflows.templates')
  const router = useRouter()
  const create = useCreateWorkflow()
  const use = () =>
    create.mutate({ name, description, graph: template.graph }, {
      onSuccess: ({ id }) => router.push(`/workflows/${id}`),
      onError: refused,
    })
  return (
    <Card className="flex h-full flex-col overflow-hidden">
      <GraphPicture graph={template.graph} className="h-28 w-full border-b bg-background p-3" />
      <div className="flex grow flex-col gap-1 p-3">
        <h3 className="font-medium">{name}</h3>
        <p className="grow text-xs text-muted-foreground">{description}</p>
        <Button size="sm" variant={standsOut ? 'primary' : 'secondary'} className="mt-1 self-start" busy={create.isPending} aria-label={t('useNamed', { name })} onClick={use}>{t('use')}</Button>
      </div>
    </Card>
  )
}
