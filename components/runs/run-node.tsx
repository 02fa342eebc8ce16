'use client'

import type { Node, NodeProps } from '@xyflow/react'
import { useLocale, useTranslations } from 'next-intl'
import { memo, useLayoutEffect, useRef } from 'react'
import type { GraphNode } from '@/domain/graph/graph'
import { formatCost, formatCount, formatDuration } from '@/domain/metric/figures'
import { costOfStep } from '@/domain/metric/token-price'
import type { Step } from '@/domain/run/run-state'
import { GroupFrame } from '@/components/graph/group-frame'
import { NodeHandles } from '@/components/graph/node-handles'
import { NODE_ICON } from '@/components/graph/node-look'
import { NoteBody } from '@/components/graph/note-body'
import { useTokenPrices } from '@/components/live/use-token-prices'
import { useRunView, useShownStep } from './run-context'
import { innerProgress, lastText, outputLine, stepDuration } from './run-figures'
import { LOOK } from './status-look'
import { StatusBadge } from './status-badge'
import { useMoment } from './use-moment'

export type RunFlowNode = Node<{ node: GraphNode }, 'run' | 'frame'>

/** A node of a run. Its data never changes; what happens comes from the store, this node's step alone. */
export const RunNode = memo(function RunNode({ data: { node }, selected }: NodeProps<RunFlowNode>) {
  const step = useShownStep(node.id)
  const waits = node.type === 'approval' && step?.state.kind === 'running'
  const status = waits ? 'waiting' : (step?.state.kind ?? 'pending')
  const Icon = NODE_ICON[node.type]
  if (node.type === 'note') return <NoteBody text={typeof node.config.text === 'string' ? node.config.text : ''} />
  return (
    <div data-testid={`run-node-${node.id}`} data-status={status} className={`flex size-full flex-col overflow-hidden rounded-lg border-2 text-card-foreground ${LOOK[status].border} ${selected ? 'outline-2 outline-offset-2 outline-primary' : ''} ${status === 'skipped' || status === 'pending' ? 'bg-muted' : 'bg-card'}`}>
      <NodeHandles node={node} connectable={false} />
      <div className="flex items-center gap-1.5 px-2.5 pt-2">
        <Icon aria-hidden className="size-3.5 shrink-0 text-muted-foreground" />
        <span className="min-w-0 flex-1 truncate text-[13px] font-medium">{node.name}</span>
        <StatusBadge status={status} compact />
      </div>
      {step && <NodeText step={step} />}
      {step && <NodeFoot nodeId={node.id} step={step} running={status === 'running'} />}
    </div>
  )
})

/** A frame around nodes that belong together; a run knows nothing of it. */
export const RunFrame = memo(function RunFrame({ data: { node } }: NodeProps<RunFlowNode>) {
  return <GroupFrame title={<span className="min-w-0 truncate">{node.name}</span>} />
})

function NodeText({ step }: { step: Step }) {
  const box = useRef<HTMLDivElement>(null)
  const text = lastText(step) || outputLine(step)
  const error = step.state.kind === 'failed' ? step.state.error.message : undefined
  useLayoutEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight
  }, [text])
  return (
    <div ref={box} className={`mx-2.5 mt-1 min-h-0 flex-1 overflow-hidden text-2xs break-words whitespace-pre-wrap ${error ? 'text-state-failed' : 'text-muted-foreground'}`}>
      {error ?? text}
    </div>
  )
}

function NodeFoot({ nodeId, step, running }: { nodeId: string; step: Step; running: boolean }) {
  const t = useTranslations('run')
  const locale = useLocale()
  const moment = useMoment(running)
  const inner = useRunView((view) => {
    const progress = innerProgress(view.shown, nodeId)
    return progress && `${progress.done}/${progress.seen}`
  })
  const duration = stepDuration(step, moment)
  const { usage, route } = step
  const cost = costOfStep(useTokenPrices(), step)
  return (
    <div className="mt-auto flex flex-wrap items-center gap-x-2 px-2.5 py-1 text-2xs text-muted-foreground tabular-nums">
      {step.reusedFrom !== undefined && <span className="font-medium text-state-reused">{t('reused')}</span>}
      {step.pinned && <span className="font-medium">{t('pinned')}</span>}
      {duration !== undefined && <span title={t('duration')}>{formatDuration(duration, locale)}</span>}
      {inner && <span>{t('innerDone', { progress: inner })}</span>}
      {usage && <span title={t('tokensTitle')}>{t('tokens', { count: formatCount(usage.promptTokens + usage.completionTokens, locale) })}</span>}
      {usage?.cachedTokens !== undefined && <span title={t('cachedTitle')}>{t('cached', { count: formatCount(usage.cachedTokens, locale) })}</span>}
      {cost !== undefined && <span title={t('costTitle')}>{t('cost', { cost: formatCost(cost, locale) })}</span>}
      {route && <span className="max-w-full truncate">{route.simulated ? t('simulatedInstance', { instance: route.instance }) : route.instance}</span>}
    </div>
  )
}
