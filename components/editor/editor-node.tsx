'use client'

import { NodeResizer, type Node, type NodeProps } from '@xyflow/react'
import { ListTodo, Lock, TriangleAlert } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { memo } from 'react'
import type { GraphNode } from '@/domain/graph/graph'
import { isDisabled, isLocked } from '@/domain/graph/node-types'
import { todosOf } from '@/domain/graph/todo'
import { NodeHandles } from '@/components/graph/node-handles'
import { NODE_ICON } from '@/components/graph/node-look'
import { summaryOf } from '@/components/graph/node-summary'
import { NoteBody } from '@/components/graph/note-body'
import { useReach } from '@/components/graph/reach-context'
import { cn } from '@/components/ui/cn'
import { NodeLastRun } from './last-run/node-last-run'
import { useBuild } from './use-build'

export type EditorFlowNode = Node<{ node: GraphNode; issues: number }, 'editor'>

const ring = 'outline-2 outline-offset-2 outline-primary'

/** A node on the drawing board. What is too small to see from where one looks is not there: a graph of 1,000 nodes opens far out. */
export const EditorNode = memo(function EditorNode({ data: { node, issues }, selected }: NodeProps<EditorFlowNode>) {
  const reach = useReach()
  if (node.type === 'note') return <Note node={node} selected={selected} />
  return (
    <div data-testid={`node-${node.id}`} title={reach === 'outline' ? node.name : undefined} className={cn('node-box flex size-full flex-col rounded-lg border-2 bg-card px-2.5 py-1.5', issues > 0 ? 'border-state-failed-border' : 'border-border-strong', isDisabled(node.config) && 'border-dashed bg-muted text-muted-foreground', selected && ring)}>
      {reach !== 'outline' && <NodeHandles node={node} connectable named={reach === 'near' || reach === 'middle'} />}
      <NodeLastRun nodeId={node.id} pinned={node.config.pinnedOutput !== undefined} />
      {reach !== 'outline' && <Head node={node} issues={issues} withIcon={reach === 'near' || reach === 'middle'} />}
      {reach === 'near' && <Detail node={node} />}
    </div>
  )
})

/** How it is called, and whether something is wrong with it. */
function Head({ node, issues, withIcon }: { node: GraphNode; issues: number; withIcon: boolean }) {
  const t = useTranslations('editor')
  const build = useTranslations('build')
  const Icon = NODE_ICON[node.type]
  const todos = todosOf(node.config).length
  return (
    <div className="node-head flex items-center gap-1.5">
      {withIcon && <Icon aria-hidden className="size-[calc(var(--letters)+3px)] shrink-0 text-brand" />}
      <span title={node.name} className="node-name min-w-0 grow truncate text-[13px] font-medium">{node.name}</span>
      {isLocked(node) && <Lock role="img" aria-label={build('locked')} className="size-(--signs) shrink-0 text-muted-foreground" />}
      {todos > 0 && <span className="inline-flex shrink-0 items-center gap-0.5 text-(length:--signs) text-state-waiting"><ListTodo aria-hidden className="size-(--signs)" />{todos}<span className="sr-only">{t('todos.short')}</span></span>}
      {issues > 0 && <span className="inline-flex shrink-0 items-center gap-0.5 text-(length:--signs) text-state-failed"><TriangleAlert aria-hidden className="size-(--signs)" />{issues}<span className="sr-only">{t('problems')}</span></span>}
    </div>
  )
}

/** What it is, and what it says. */
function Detail({ node }: { node: GraphNode }) {
  const t = useTranslations('editor')
  const build = useTranslations('build')
  return (
    <>
      <p className="node-detail text-2xs text-muted-foreground">{t(`types.${node.type}.name`)}{isDisabled(node.config) && <span className="ml-1.5 font-medium">{build('disabled')}</span>}</p>
      <p className="node-detail truncate font-mono text-2xs text-muted-foreground">{summaryOf(node)}</p>
    </>
  )
}

function Note({ node, selected }: { node: GraphNode; selected: boolean }) {
  const { resize } = useBuild()
  return (
    <div className={cn('size-full rounded-md', selected && ring)}>
      {selected && !isLocked(node) && <NodeResizer minWidth={120} minHeight={60} maxWidth={2_000} maxHeight={2_000} onResizeEnd={(_, box) => resize(node.id, box)} />}
      <NoteBody text={typeof node.config.text === 'string' ? node.config.text : ''} />
    </div>
  )
}
