'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { Graph } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { promoteChange, type Promotion } from '@/domain/run/promote-change'
import type { RunBody } from '@/wire/runs'
import type { WorkflowBody } from '@/wire/workflows'
import { api } from '@/components/live/api-client'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { Notice } from '@/components/ui/notice'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { Skeleton } from '@/components/ui/skeleton'
import { TextDiff } from './text-diff'

type Winner = 'first' | 'second'
type Sides = { first: Graph; second: Graph; workflow: WorkflowBody }

/** The settings in which the better run differs, taken into the workflow's draft after a look at each of them. */
export function PromoteDialog({ runId, otherId, onClose }: { runId: string; otherId: string; onClose: () => void }) {
  const t = useTranslations('run.promote')
  const common = useTranslations('common')
  const router = useRouter()
  const [winner, setWinner] = useState<Winner>('second')
  // Read anew each time: someone may be editing the draft.
  const { data, error, refetch } = useQuery({ queryKey: ['runs', 'detail', runId, 'promote', otherId] as const, queryFn: ({ signal }) => sidesOf(runId, otherId, signal), staleTime: 0, gcTime: 0 })
  const promotion = data && promoteChange(data.workflow.graph, winner === 'second' ? data.first : data.second, winner === 'second' ? data.second : data.first)
  const save = useMutation({
    mutationFn: ({ workflow, graph }: { workflow: WorkflowBody; graph: Graph }) => api.put<WorkflowBody>(`/api/workflows/${encodeURIComponent(workflow.id)}`, { graph, revision: workflow.revision }),
    onSuccess: ({ id }) => router.push(`/workflows/${id}`),
    onError: () => void refetch(),
  })
  const ready = data && promotion && promotion.fields.length > 0
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        size="lg"
        title={t('title')}
        description={t('description')}
        closeLabel={common('close')}
        className="flex flex-col gap-3"
        footer={<><Button onClick={onClose}>{common('cancel')}</Button><Button variant="primary" disabled={!ready} busy={save.isPending} onClick={() => ready && save.mutate({ workflow: data.workflow, graph: promotion.graph })}>{t('save')}</Button></>}
      >
        <SegmentedControl<Winner> label={t('winner')} value={winner} onValueChange={setWinner} segments={[{ value: 'first', label: t('first') }, { value: 'second', label: t('second') }]} />
        {error && <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton className="h-32" />}
        {promotion && <Changes promotion={promotion} />}
        {save.error && <ProblemNotice problem={asProblem(save.error)} />}
      </DialogContent>
    </Dialog>
  )
}

function Changes({ promotion: { fields, missing } }: { promotion: Promotion }) {
  const t = useTranslations('run.promote')
  return (
    <>
      {missing.length > 0 && <Notice tone="warning">{t('missing', { names: missing.join(', ') })}</Notice>}
      {fields.length === 0 && <p className="text-sm text-muted-foreground">{t('nothing')}</p>}
      <ul className="flex flex-col gap-3">
        {fields.map(({ nodeId, name, field, from, to, edited }) => (
          <li key={`${nodeId} ${field}`} className="rounded-md border p-3">
            <p className="mb-1 flex flex-wrap items-center gap-2 text-sm"><span className="font-medium">{name}</span><span className="font-mono text-xs text-muted-foreground">{field}</span>{edited && <Badge tone="warning">{t('edited')}</Badge>}</p>
            <TextDiff label={t('change', { name, field })} before={textOf(from)} after={textOf(to)} />
          </li>
        ))}
      </ul>
    </>
  )
}

function textOf(value: Json | undefined): string {
  return value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}

async function sidesOf(runId: string, otherId: string, signal: AbortSignal): Promise<Sides> {
  const graphOf = async (id: string) => (await api.get<{ graph: Graph }>(`/api/runs/${encodeURIComponent(id)}/graph`, { signal })).graph
  const workflowOf = async () => {
    const { workflowId } = await api.get<RunBody>(`/api/runs/${encodeURIComponent(otherId)}`, { signal })
    return api.get<WorkflowBody>(`/api/workflows/${encodeURIComponent(workflowId)}`, { signal })
  }
  const [first, second, workflow] = await Promise.all([graphOf(runId), graphOf(otherId), workflowOf()])
  return { first, second, workflow }
}
