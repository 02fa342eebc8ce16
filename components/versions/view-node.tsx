'use client'

import type { Node, NodeProps } from '@xyflow/react'
import { useTranslations } from 'next-intl'
import { memo } from 'react'
import type { GraphNode } from '@/domain/graph/graph'
import { isDisabled } from '@/domain/graph/node-types'
import { GroupFrame } from '@/components/graph/group-frame'
import { NodeHandles } from '@/components/graph/node-handles'
import { NODE_ICON } from '@/components/graph/node-look'
import { summaryOf } from '@/components/graph/node-summary'
import { NoteBody } from '@/components/graph/note-body'
import { cn } from '@/components/ui/cn'

export type ViewFlowNode = Node<{ node: GraphNode }>

/** A node to look at. */
export const ViewNode = memo(function ViewNode({ data: { node }, selected }: NodeProps<ViewFlowNode>) {
  const t = useTranslations('editor')
  const build = useTranslations('build')
  if (node.type === 'note') return <NoteBody text={typeof node.config.text === 'string' ? node.config.text : ''} />
  const Icon = NODE_ICON[node.type]
  const disabled = isDisabled(node.config)
  return (
    <div data-testid={`view-${node.id}`} className={cn('node-box flex size-full flex-col rounded-lg border-2 border-border-strong bg-card px-2.5 py-1.5', disabled && 'border-dashed bg-muted text-muted-foreground', selected && 'outline-2 outline-offset-2 outline-primary')}>
      <NodeHandles node={node} connectable={false} />
      <div className="node-head flex items-center gap-1.5">
        <Icon aria-hidden className="node-detail size-[calc(var(--letters)+3px)] shrink-0 text-brand" />
        <span className="node-name min-w-0 grow truncate text-[13px] font-medium">{node.name}</span>
      </div>
      <p className="node-fine text-2xs text-muted-foreground">{t(`types.${node.type}.name`)}{disabled && <span className="ml-1.5 font-medium">{build('disabled')}</span>}</p>
      <p className="node-fine truncate font-mono text-2xs text-muted-foreground">{summaryOf(node)}</p>
    </div>
  )
})

export const ViewFrame = memo(function ViewFrame({ data: { node } }: NodeProps<ViewFlowNode>) {
  return <GroupFrame title={node.name} />
})
