'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { toast } from 'sonner'
import type { TemplateBody } from '@/wire/workflows'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { GraphPicture } from '@/components/graph/graph-picture'
import { useCreateWorkflow, useTemplates } from './workflow-queries'

const KNOWN = ['four-agents', 'plan-fan-out', 'approval', 'text-processing', 'data-chain', 'python-figures', 'tool-loop'] as const

/** Workflows to begin with: pressing one makes it yours. */
export function TemplateGallery() {
  const t = useTranslations('workflows')
  const { data, error, isPending, refetch } = useTemplates()
  return (
    <section aria-labelledby="templates-title" className="flex flex-col gap-2">
      <h2 id="templates-title" className="text-sm font-semibold">{t('templates.title')}</h2>
      {error && <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />}
      <ul className="grid grid-cols-1 gap-3 sm:grid-cols-2 lg:grid-cols-3">
        {isPending && [1, 2, 3].map((key) => <li key={key}><Skeleton className="h-44" /></li>)}
        {data?.items.map((template) => <li key={template.id}><TemplateCard template={template} /></li>)}
      </ul>
    </section>
  )
}

function TemplateCard({ template }: { template: TemplateBody }) {
  const t = useTranslations('workflows.templates')
  const router = useRouter()
  const create = useCreateWorkflow()
  const known = KNOWN.find((id) => id === template.id)
  const name = known ? t(`${known}.name`) : template.name
  const description = known ? t(`${known}.description`) : template.description
  const use = () =>
    create.mutate({ name, description, graph: template.graph }, {
      onSuccess: ({ id }) => router.push(`/workflows/${id}`),
      onError: (error) => toast.error(asProblem(error).message, { description: asProblem(error).hint }),
    })
  return (
    <Card className="flex h-full flex-col overflow-hidden">
      <GraphPicture graph={template.graph} className="h-20 w-full border-b bg-background p-2" />
      <div className="flex grow flex-col gap-1 p-3">
        <h3 className="font-medium">{name}</h3>
        <p className="grow text-xs text-muted-foreground">{description}</p>
        <Button size="sm" className="mt-1 self-start" busy={create.isPending} aria-label={t('useNamed', { name })} onClick={use}>{t('use')}</Button>
      </div>
    </Card>
  )
}
