'use client'

import type { Node, NodeProps } from '@xyflow/react'
import { useLocale, useTranslations } from 'next-intl'
import { memo } from 'react'
import type { GraphNode } from '@/domain/graph/graph'
import { formatCost, formatCount, formatDuration } from '@/domain/metric/figures'
import { costOfStep } from '@/domain/metric/token-price'
import { GroupFrame } from '@/components/graph/group-frame'
import { NodeHandles } from '@/components/graph/node-handles'
import { NODE_ICON } from '@/components/graph/node-look'
import { NoteBody } from '@/components/graph/note-body'
import { useTokenPrices } from '@/components/live/use-token-prices'
import { useRunStore, useRunView } from './run-context'
import { innerProgress, nodeText, stepDuration, writingStep } from './run-figures'
import { LOOK } from './status-look'
import { StatusBadge } from './status-badge'
import { useAtMoment } from './use-moment'

export type RunFlowNode = Node<{ node: GraphNode }, 'run' | 'frame'>

/** A node of a run. Its data never changes; what happens comes from the store, to each part what it shows: a piece of text draws no badge anew. */
export const RunNode = memo(function RunNode({ data: { node }, selected }: NodeProps<RunFlowNode>) {
  const begun = useRunView((view) => view.shown.steps[node.id] !== undefined)
  const state = useRunView((view) => view.shown.steps[node.id]?.state.kind ?? 'pending')
  const status = node.type === 'approval' && state === 'running' ? 'waiting' : state
  const Icon = NODE_ICON[node.type]
  if (node.type === 'note') return <NoteBody text={typeof node.config.text === 'string' ? node.config.text : ''} />
  return (
    <div data-testid={`run-node-${node.id}`} data-status={status} className={`node-box flex size-full flex-col overflow-hidden rounded-lg border-2 text-card-foreground ${LOOK[status].border} ${selected ? 'outline-2 outline-offset-2 outline-primary' : ''} ${status === 'skipped' || status === 'pending' ? 'bg-muted' : 'bg-card'}`}>
      <NodeHandles node={node} connectable={false} namesInside />
      <div className="node-head flex items-center gap-1.5 px-2.5 pt-2">
        <Icon aria-hidden className="node-detail size-[calc(var(--letters)+1px)] shrink-0 text-muted-foreground" />
        <span className="node-name min-w-0 flex-1 truncate text-[13px] font-medium">{node.name}</span>
        <StatusBadge status={status} compact />
      </div>
      {begun && <NodeText nodeId={node.id} inTurns={node.type === 'agent' && Array.isArray(node.config.tools)} />}
      {begun && <NodeFoot nodeId={node.id} />}
    </div>
  )
})

/** A frame around nodes that belong together; a run knows nothing of it. */
export const RunFrame = memo(function RunFrame({ data: { node } }: NodeProps<RunFlowNode>) {
  return <GroupFrame title={<span className="min-w-0 truncate">{node.name}</span>} />
})

/** The newest of what the step wrote, in whole lines: what head, foot and gap leave of the node is a multiple of a line. The box holds on to its lower end by its direction alone: nothing is measured as the text grows. */
function NodeText({ nodeId, inTurns }: { nodeId: string; inTurns: boolean }) {
  const failed = useRunView((view) => view.shown.steps[nodeId]?.state.kind === 'failed')
  const text = useRunView((view) => {
    const step = view.shown.steps[nodeId]
    const writing = inTurns && step?.state.kind !== 'failed' ? writingStep(view.shown, nodeId) : step
    return writing ? nodeText(writing) : ''
  })
  return (
    <div className={`node-detail mx-2.5 mt-3 flex min-h-0 flex-1 flex-col-reverse overflow-hidden text-2xs break-words whitespace-pre-wrap contain-strict ${failed ? 'text-state-failed' : 'text-muted-foreground'}`}>
      <p className="mb-auto">{text}</p>
    </div>
  )
}

function NodeFoot({ nodeId }: { nodeId: string }) {
  const t = useTranslations('run')
  const locale = useLocale()
  const inner = useRunView((view) => {
    const progress = innerProgress(view.shown, nodeId)
    return progress && `${progress.done}/${progress.seen}`
  })
  const reused = useRunView((view) => view.shown.steps[nodeId]?.reusedFrom !== undefined)
  const pinned = useRunView((view) => view.shown.steps[nodeId]?.pinned === true)
  // Of a map or an agent in turns, what its inner steps took.
  const tokens = useRunView((view) => {
    const usage = view.shown.steps[nodeId]?.usage
    return usage ? usage.promptTokens + usage.completionTokens : innerProgress(view.shown, nodeId)?.tokens || undefined
  })
  const cached = useRunView((view) => {
    const usage = view.shown.steps[nodeId]?.usage
    return usage ? usage.cachedTokens : innerProgress(view.shown, nodeId)?.cached
  })
  const route = useRunView((view) => view.shown.steps[nodeId]?.route)
  const prices = useTokenPrices()
  const cost = useRunView((view) => {
    const step = view.shown.steps[nodeId]
    return step && costOfStep(prices, step)
  })
  return (
    <div className="node-detail mt-auto flex flex-wrap items-center gap-x-2 px-2.5 py-1 text-2xs text-muted-foreground tabular-nums">
      {reused && <span className="font-medium text-state-reused">{t('reused')}</span>}
      {pinned && <span className="font-medium">{t('pinned')}</span>}
      <Elapsed nodeId={nodeId} />
      {inner && <span>{t('innerDone', { progress: inner })}</span>}
      {tokens !== undefined && <span title={t('tokensTitle')}>{t('tokens', { count: formatCount(tokens, locale) })}</span>}
      {cached !== undefined && <span title={t('cachedTitle')}>{t('cached', { count: formatCount(cached, locale) })}</span>}
      {cost !== undefined && <span title={t('costTitle')}>{t('cost', { cost: formatCost(cost, locale) })}</span>}
      {route && <span className="max-w-full truncate">{route.simulated ? t('simulatedInstance', { instance: route.instance }) : route.instance}</span>}
    </div>
  )
}

/** How long the step took, or takes: all that moves while nothing happens. */
function Elapsed({ nodeId }: { nodeId: string }) {
  const t = useTranslations('run')
  const locale = useLocale()
  const store = useRunStore()
  const text = useAtMoment((moment) => {
    const step = store.view.getState().shown.steps[nodeId]
    const took = step && stepDuration(step, moment)
    return took === undefined ? undefined : formatDuration(took, locale)
  })
  return text === undefined ? null : <span title={t('duration')}>{text}</span>
}
