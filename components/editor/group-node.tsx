'use client'

import { Handle, Position, type Node, type NodeProps } from '@xyflow/react'
import { ChevronDown, ChevronRight, Frame, Lock } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { memo } from 'react'
import type { GraphNode } from '@/domain/graph/graph'
import { isLocked } from '@/domain/graph/node-types'
import { GroupFrame } from '@/components/graph/group-frame'
import { cn } from '@/components/ui/cn'
import { useBuild } from './use-build'

export type GroupFlowNode = Node<{ node: GraphNode; count: number }, 'frame'>

/** A frame around its members; collapsed, the one box that stands for them. */
export const GroupNode = memo(function GroupNode({ data: { node, count }, selected }: NodeProps<GroupFlowNode>) {
  const t = useTranslations('build')
  const { setCollapsed } = useBuild()
  const collapsed = node.config.collapsed === true
  const toggle = (
    <button type="button" aria-expanded={!collapsed} aria-label={t(collapsed ? 'expandOf' : 'collapseOf', { name: node.name })} className="nodrag shrink-0 rounded-sm p-0.5 hover:bg-accent" onClick={() => setCollapsed(node.id, !collapsed)}>
      {collapsed ? <ChevronRight aria-hidden className="size-4" /> : <ChevronDown aria-hidden className="size-4" />}
    </button>
  )
  if (!collapsed) {
    return (
      <GroupFrame
        selected={selected} onDoubleClick={() => setCollapsed(node.id, true)}
        title={<>{toggle}<span className="min-w-0 truncate">{node.name}</span>{isLocked(node) && <Lock role="img" aria-label={t('locked')} className="size-3.5 shrink-0 text-muted-foreground" />}</>}
      />
    )
  }
  return (
    <div className={cn('node-box flex size-full flex-col rounded-lg border-2 border-double border-brand-border bg-brand-soft px-2.5 py-1.5', selected && 'outline-2 outline-offset-2 outline-primary')} onDoubleClick={() => setCollapsed(node.id, false)}>
      <Handle id="in" type="target" position={Position.Left} isConnectable={false} className="size-2.5! border-2! border-card! bg-muted-foreground!" />
      <Handle id="out" type="source" position={Position.Right} isConnectable={false} className="size-2.5! border-2! border-card! bg-muted-foreground!" />
      <div className="node-head flex items-center gap-1.5">
        {toggle}
        <Frame aria-hidden className="size-4 shrink-0 text-brand" />
        <span className="node-name min-w-0 grow truncate text-[13px] font-medium">{node.name}</span>
        {isLocked(node) && <Lock role="img" aria-label={t('locked')} className="size-3.5 shrink-0 text-muted-foreground" />}
      </div>
      <p className="node-detail text-2xs text-muted-foreground">{t('nodesInside', { count })}</p>
    </div>
  )
})
