'use client'

import type { Node, NodeProps } from '@xyflow/react'
import { ListTree } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { memo } from 'react'
import type { ComparedNode } from '@/domain/graph/compare-graphs'
import { GroupFrame } from '@/components/graph/group-frame'
import { NodeHandles } from '@/components/graph/node-handles'
import { NODE_ICON } from '@/components/graph/node-look'
import { NoteBody } from '@/components/graph/note-body'
import { Badge } from '@/components/ui/badge'
import { cn } from '@/components/ui/cn'
import { CHANGE_LOOK } from './change-look'

export type DiffFlowNode = Node<{ compared: ComparedNode; onOpen: (mapId: string) => void }, 'diff'>

/** A node of two graphs laid over each other, with what became of it in words. */
export const DiffNode = memo(function DiffNode({ data: { compared, onOpen }, selected }: NodeProps<DiffFlowNode>) {
  const t = useTranslations('versions')
  const { node, change, inner } = compared
  const { tone, icon: Sign, border, sign } = CHANGE_LOOK[change]
  const Icon = NODE_ICON[node.type]
  const badge = change !== 'same' && <Badge tone={tone}><Sign aria-hidden />{t(`change.${change}`)}</Badge>
  if (node.type === 'group') {
    return (
      <div data-testid={`diff-${node.id}`} data-change={change} className="size-full">
        <GroupFrame selected={selected} {...(change !== 'same' && { border })} title={<><span className={cn('min-w-0 truncate', change === 'removed' && 'line-through')}>{node.name}</span>{badge}</>} />
      </div>
    )
  }
  if (node.type === 'note') {
    return (
      <div data-testid={`diff-${node.id}`} data-change={change} className={cn('flex size-full flex-col rounded-md', change !== 'same' && ['border-2', border], selected && 'outline-2 outline-offset-2 outline-primary')}>
        <div className="min-h-0 grow"><NoteBody text={typeof node.config.text === 'string' ? node.config.text : ''} /></div>
        {badge && <div className="absolute right-1 bottom-1">{badge}</div>}
      </div>
    )
  }
  return (
    <div data-testid={`diff-${node.id}`} data-change={change} className={cn('node-box flex size-full flex-col gap-1 rounded-lg border-2 bg-card px-2.5 py-1.5', border, selected && 'outline-2 outline-offset-2 outline-primary')}>
      <NodeHandles node={node} connectable={false} />
      <div className="node-head flex items-center gap-1.5">
        <Icon aria-hidden className="node-detail size-[calc(var(--letters)+3px)] shrink-0 text-brand" />
        <span className={cn('node-name min-w-0 grow truncate text-[13px] font-medium', change === 'removed' && 'line-through')}>{node.name}</span>
        {/* From far out these stand for what has no room below. */}
        {change !== 'same' && <Sign role="img" aria-label={t(`change.${change}`)} className={cn('node-sign size-(--signs) shrink-0', sign)} />}
        {inner && <button type="button" aria-label={t('openBodyOf', { name: node.name })} title={t('openBodyOf', { name: node.name })} className="node-sign nodrag nopan shrink-0 rounded-md hover:bg-accent" onClick={() => onOpen(node.id)}><ListTree aria-hidden className="size-(--signs)" /></button>}
      </div>
      <div className="node-detail flex items-center justify-between gap-1">
        {badge}
        {inner && <button type="button" aria-label={t('openBodyOf', { name: node.name })} className="nodrag nopan ml-auto flex items-center gap-1 rounded-md border px-1.5 text-2xs hover:bg-accent" onClick={() => onOpen(node.id)}><ListTree aria-hidden className="size-3" /> {t('body')}</button>}
      </div>
    </div>
  )
})
