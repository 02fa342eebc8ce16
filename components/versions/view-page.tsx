'use client'

import { Eye, History, Link as LinkIcon } from 'lucide-react'
import Link from 'next/link'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { toast } from 'sonner'
import type { Graph } from '@/domain/graph/graph'
import { graphAt } from '@/domain/graph/nested-graph'
import type { WorkflowBody } from '@/wire/workflows'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Spinner } from '@/components/ui/spinner'
import type { Side } from './chosen-sides'
import { useDraft, useFrozenVersion } from './version-queries'
import { ViewCanvas } from './view-canvas'
import { ViewPanel } from './view-panel'

/** A workflow to look at: the version that the address names, and nothing that changes it. */
export function ViewPage({ workflowId }: { workflowId: string }) {
  const t = useTranslations('versions')
  const common = useTranslations('common')
  const { data, error, refetch } = useDraft(workflowId)
  if (error) return <div className="p-4"><h1 className="sr-only">{t('view.pageTitle')}</h1><ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} /></div>
  if (!data) return <div className="flex h-full items-center justify-center"><Spinner label={common('loading')} /></div>
  return <View workflow={data} />
}

function View({ workflow }: { workflow: WorkflowBody }) {
  const t = useTranslations('versions')
  const common = useTranslations('common')
  const router = useRouter()
  const path = usePathname()
  const asked = versionIn(useSearchParams().get('version'))
  const newest: Side = workflow.latestVersion ?? 'draft'
  // The address says what it shows: handed on, it shows the same when a newer version is out.
  useEffect(() => {
    if (asked === undefined) router.replace(`${path}?version=${newest}`)
  }, [asked, newest, path, router])
  const side = asked ?? newest
  const frozen = useFrozenVersion(workflow.id, side === 'draft' ? undefined : side)
  const graph = side === 'draft' ? workflow.graph : frozen.data?.graph
  const isUnknown = frozen.error !== null && asProblem(frozen.error).code === 'UNKNOWN_VERSION'
  const copy = () => void navigator.clipboard.writeText(window.location.href).then(() => toast.success(common('copied')), () => toast.error(t('view.notCopied')))
  return (
    <div className="flex h-full flex-col">
      <header className="flex min-h-11 flex-wrap items-center gap-2 border-b bg-card px-3 py-1">
        <h1 className="min-w-0 truncate text-base font-semibold">{workflow.name}</h1>
        <Badge>{side === 'draft' ? t('draft') : t('version', { version: side })}</Badge>
        <Badge tone="info"><Eye aria-hidden />{t('view.readOnly')}</Badge>
        <p className="min-w-0 grow truncate text-xs text-muted-foreground">{workflow.description}</p>
        <Button size="sm" onClick={copy}><LinkIcon aria-hidden /> {t('view.copyLink')}</Button>
      </header>
      {isUnknown && <EmptyState icon={<History />} title={t('view.noVersion', { version: side })} description={t('view.noVersionBody')} action={<Button asChild><Link href={`${path}?version=${newest}`}>{t('view.toNewest')}</Link></Button>} />}
      {frozen.error && !isUnknown && <div className="p-4"><ProblemNotice problem={asProblem(frozen.error)} onRetry={() => void frozen.refetch()} /></div>}
      {!frozen.error && !graph && <div className="flex grow items-center justify-center"><Spinner label={common('loading')} /></div>}
      {graph && <Levels key={String(side)} root={graph} name={workflow.name} />}
    </div>
  )
}

/** The graph, and the bodies of its maps. */
function Levels({ root, name }: { root: Graph; name: string }) {
  const t = useTranslations('versions')
  const [path, setPath] = useState<readonly string[]>([])
  const [selected, setSelected] = useState<string>()
  const level = graphAt(root, path)
  const node = level.nodes.find(({ id }) => id === selected)
  const go = (to: readonly string[]) => (setPath(to), setSelected(undefined))
  const names = path.map((id, depth) => graphAt(root, path.slice(0, depth)).nodes.find((one) => one.id === id)?.name ?? id)
  return (
    <>
      {path.length > 0 && (
        <nav aria-label={t('levels')} className="flex items-center gap-1 border-b bg-brand-soft px-3 py-1 text-sm">
          {[name, ...names].map((label, depth) => (
            <span key={depth} className="flex min-w-0 items-center gap-1">
              {depth > 0 && <span aria-hidden>›</span>}
              {depth === path.length ? <strong aria-current="page" className="truncate">{label}</strong> : <button type="button" className="truncate rounded-sm underline underline-offset-2" onClick={() => go(path.slice(0, depth))}>{label}</button>}
            </span>
          ))}
        </nav>
      )}
      <div className="relative flex min-h-0 grow">
        <div className="min-w-0 grow"><ViewCanvas key={path.join('/')} graph={level} selected={selected} onSelect={setSelected} onOpen={(id) => go([...path, id])} /></div>
        {node && <ViewPanel node={node} onClose={() => setSelected(undefined)} onOpen={() => go([...path, node.id])} />}
      </div>
    </>
  )
}

/** What the address names; anything else is as if it named nothing. */
function versionIn(text: string | null): Side | undefined {
  return text === 'draft' ? text : text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined
}
