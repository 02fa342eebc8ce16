'use client'

import { GitFork, Hourglass, SearchX } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { Graph } from '@/domain/graph/graph'
import { failureKindOf } from '@/domain/run/failure-kind'
import { useConnection } from '@/components/live/use-connection'
import { ProblemNotice } from '@/components/live/problem-notice'
import { useProblemWords } from '@/components/live/problem-words'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Notice } from '@/components/ui/notice'
import { Spinner } from '@/components/ui/spinner'
import { ApprovalCards } from './approval-card'
import { EditLink } from './edit-link'
import { ForkDialog } from './fork-dialog'
import { queueText } from './queue-text'
import { RunCanvas } from './run-canvas'
import { RunProvider, useRunId, useRunView } from './run-context'
import { RunHeader } from './run-header'
import { RunPanel } from './run-panel'
import { useQueue } from './run-queries'
import { StepPanel } from './step-panel'
import { TimeSection } from './time-section'
import { useMomentAddress } from './use-moment-address'

/** One run: live while it goes on, a replay at every other moment. Both are the same fold over the same log. */
export function RunPage({ runId }: { runId: string }) {
  return <RunProvider runId={runId} loading={<Loading />}><RunView runId={runId} /></RunProvider>
}

function Loading() {
  const t = useTranslations('common')
  return <div className="flex h-full items-center justify-center"><Spinner label={t('loading')} /></div>
}

function RunView({ runId }: { runId: string }) {
  const t = useTranslations('run')
  const loading = useRunView((view) => view.loading)
  const graph = useRunView((view) => view.graph)
  useMomentAddress()
  if (loading.kind === 'failed') {
    return loading.problem.status === 404 ? (
      <div className="flex h-full items-center justify-center">
        <h1 className="sr-only">{t('unknownTitle')}</h1>
        <EmptyState icon={<SearchX />} title={t('unknownTitle')} description={t('unknownBody', { id: runId })} action={<Button asChild variant="primary"><Link href="/runs">{t('toRuns')}</Link></Button>} />
      </div>
    ) : <div className="p-4"><h1 className="sr-only">{t('loadFailed')}</h1><ProblemNotice problem={loading.problem} onRetry={() => window.location.reload()} /></div>
  }
  if (loading.kind === 'loading' || !graph) return <Loading />
  return <LoadedRun graph={graph} />
}

function LoadedRun({ graph }: { graph: Graph }) {
  const selected = useRunView((view) => view.selected)
  const [forkAt, setForkAt] = useState<string>()
  return (
    // On a phone the page grows and scrolls: in one screen a waiting approval was squeezed to nothing.
    <div className="flex min-h-full flex-col md:h-full md:min-h-[36rem]">
      <RunHeader />
      <Notices graph={graph} onFork={setForkAt} />
      <ApprovalCards graph={graph} />
      <div className="flex grow flex-col md:min-h-0 md:flex-row">
        <div className="h-56 min-w-0 shrink-0 md:h-auto md:min-h-48 md:shrink md:grow"><RunCanvas graph={graph} /></div>
        <div className="h-72 shrink-0 border-t md:h-auto md:w-96 md:border-t-0 md:border-l">
          {selected === undefined ? <RunPanel /> : <StepPanel key={selected} graph={graph} stepKey={selected} onFork={setForkAt} />}
        </div>
      </div>
      <TimeSection graph={graph} />
      {forkAt !== undefined && <ForkDialog graph={graph} nodeId={forkAt} onClose={() => setForkAt(undefined)} />}
    </div>
  )
}

function Notices({ graph, onFork }: { graph: Graph; onFork: (nodeId: string) => void }) {
  const t = useTranslations('run')
  const words = useProblemWords()
  const connection = useConnection()
  const error = useRunView((view) => view.shown.error)
  const kind = useRunView((view) => failureKindOf(view.shown))
  const failedNode = useRunView((view) => view.shown.failedNode)
  // A step inside a map is named by its key; a fork begins at the map.
  const top = failedNode?.split('[')[0]
  const node = graph.nodes.find((one) => one.id === top)
  const name = failedNode === node?.id ? node?.name : failedNode
  return (
    <>
      {connection === 'lost' && <Notice tone="warning" className="rounded-none border-x-0 border-t-0">{t('lost')}</Notice>}
      <QueueNotice />
      {error && (
        <Notice
          tone="danger"
          className="rounded-none border-x-0 border-t-0"
          title={name === undefined ? t('failed') : t('failedAt', { node: name })}
          actions={node && failedNode !== undefined && (
            <>
              <EditLink stepKey={failedNode} />
              <Button size="sm" onClick={() => onFork(node.id)}><GitFork aria-hidden className="size-3.5" /> {t('forkHere')}</Button>
            </>
          )}
        >
          <p className="break-words whitespace-pre-wrap"><span className="font-mono text-xs">{error.code}</span> {words(error).title}</p>
          {words(error).detail !== undefined && <p className="break-words whitespace-pre-wrap">{words(error).detail}</p>}
          {kind && <p className="text-muted-foreground">{t(`failureKind.${kind}`)}</p>}
          {words(error).hint !== undefined && <p className="text-muted-foreground">{words(error).hint}</p>}
        </Notice>
      )}
    </>
  )
}

/** Why nothing happens yet. A run that has begun waits again where it came back from a person, a pause or a restart. */
function QueueNotice() {
  const t = useTranslations('runs.queue')
  const runId = useRunId()
  const waiting = useRunView((view) => view.follow && (view.head.status === 'queued' || view.head.status === 'running'))
  const { data } = useQueue({ runId, waiting })
  const turn = waiting ? data?.get(runId) : undefined
  if (!turn) return null
  return <Notice tone="neutral" icon={<Hourglass aria-hidden />} className="rounded-none border-x-0 border-t-0">{t('waits')} {queueText(t, turn)}</Notice>
}
