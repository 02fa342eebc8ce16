'use client'

import { ArrowLeft } from 'lucide-react'
import Link from 'next/link'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import type { Graph } from '@/domain/graph/graph'
import type { WorkflowBody, WorkflowVersionBody } from '@/wire/workflows'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Button } from '@/components/ui/button'
import { Select } from '@/components/ui/select'
import { Spinner } from '@/components/ui/spinner'
import { chosenSides, type Side, type Sides } from './chosen-sides'
import { Comparison } from './comparison'
import { useDraft, useFrozenVersion, useVersions } from './version-queries'
import { VersionList } from './version-list'

/** The history of a workflow: its versions, and what differs between two of them or the draft. */
export function VersionsPage({ workflowId }: { workflowId: string }) {
  const t = useTranslations('versions')
  const versions = useVersions(workflowId)
  const draft = useDraft(workflowId)
  const error = versions.error ?? draft.error
  if (error) return <div className="p-4"><h1 className="sr-only">{t('pageTitle')}</h1><ProblemNotice problem={asProblem(error)} onRetry={() => (void versions.refetch(), void draft.refetch())} /></div>
  if (!versions.data || !draft.data) return <Waiting />
  return <History workflow={draft.data} versions={versions.data.items} />
}

function History({ workflow, versions }: { workflow: WorkflowBody; versions: readonly WorkflowVersionBody[] }) {
  const t = useTranslations('versions')
  const router = useRouter()
  const path = usePathname()
  const { from, to } = chosenSides(useSearchParams(), versions)
  const show = (sides: Partial<Sides>) => router.replace(`${path}?${new URLSearchParams({ from: String(sides.from ?? from), to: String(sides.to ?? to) }).toString()}`)
  const nameOf = (side: Side) => (side === 'draft' ? t('draft') : t('version', { version: side }))
  const options = [{ value: 'draft', label: t('draft') }, ...versions.toReversed().map(({ version }) => ({ value: String(version), label: t('version', { version }) }))]
  const before = useSide(workflow, from)
  const after = useSide(workflow, to)
  const error = before.error ?? after.error
  return (
    <div className="flex h-full flex-col">
      <header className="flex min-h-11 flex-wrap items-center gap-2 border-b bg-card px-3 py-1">
        <Button asChild size="sm" variant="ghost"><Link href={`/workflows/${encodeURIComponent(workflow.id)}`}><ArrowLeft aria-hidden className="size-4" /> {t('back')}</Link></Button>
        <h1 className="min-w-0 grow truncate text-base font-semibold">{t('title', { name: workflow.name })}</h1>
        <div className="flex items-center gap-1.5 text-sm">
          <Select size="sm" aria-label={t('from')} className="w-32" value={String(from)} onValueChange={(value) => show({ from: sideOfValue(value) })} options={options} />
          <span aria-hidden>→</span>
          <Select size="sm" aria-label={t('to')} className="w-32" value={String(to)} onValueChange={(value) => show({ to: sideOfValue(value) })} options={options} />
        </div>
      </header>
      <div className="flex min-h-0 grow flex-col overflow-y-auto md:flex-row md:overflow-hidden">
        <aside className="max-h-56 shrink-0 overflow-y-auto border-b md:max-h-none md:w-72 md:border-r md:border-b-0">
          <VersionList workflowId={workflow.id} versions={versions} shown={{ from, to }} onCompare={show} />
        </aside>
        {error && <div className="grow p-4"><ProblemNotice problem={asProblem(error)} /></div>}
        {!error && (!before.graph || !after.graph) && <Waiting />}
        {before.graph && after.graph && <Comparison key={`${from}-${to}`} before={before.graph} after={after.graph} names={{ from: nameOf(from), to: nameOf(to) }} />}
      </div>
    </div>
  )
}

function Waiting() {
  const common = useTranslations('common')
  return <div className="flex grow items-center justify-center p-8"><Spinner label={common('loading')} /></div>
}

/** The graph of a side: the draft is there, a version is read. */
function useSide(workflow: WorkflowBody, side: Side): { graph: Graph | undefined; error: Error | null } {
  const { data, error } = useFrozenVersion(workflow.id, side === 'draft' ? undefined : side)
  return side === 'draft' ? { graph: workflow.graph, error: null } : { graph: data?.graph, error }
}

function sideOfValue(value: string): Side {
  return value === 'draft' ? value : Number(value)
}
