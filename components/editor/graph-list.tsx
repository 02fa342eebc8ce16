'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { useStoreApi } from '@xyflow/react'
import { Cable, ListPlus, ListTodo, Lock, Plus, PowerOff, TriangleAlert, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useMemo, useRef, type KeyboardEvent } from 'react'
import { isRemark, sourceHandleOf, type Graph, type GraphEdge, type GraphNode } from '@/domain/graph/graph'
import { membersOf } from '@/domain/graph/groups'
import { isDisabled, isLocked, outputHandles } from '@/domain/graph/node-types'
import { todosOf } from '@/domain/graph/todo'
import { topologicalOrder } from '@/domain/graph/order'
import { NODE_ICON } from '@/components/graph/node-look'
import { cn } from '@/components/ui/cn'
import { EmptyState } from '@/components/ui/empty-state'
import { IconButton } from '@/components/ui/icon-button'
import { useEditorStore, useEditorView, useLevel, useLevelIssues } from './editor-context'
import { focusNode } from './node-element'
import { useBuild } from './use-build'

const ROW_PX = 44

/** The graph as a list, in the order in which it runs: all that the canvas can do, without a place in the plane. */
export function GraphList() {
  const t = useTranslations('build')
  const store = useEditorStore()
  const level = useLevel()
  const issues = useLevelIssues()
  const selected = useEditorView((view) => view.selected.nodes)
  const flow = useStoreApi()
  const rows = useMemo(() => rowsOf(level), [level])
  const box = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => ROW_PX, getItemKey: (index) => rows[index]!.node.id, overscan: 12 })
  const at = Math.max(0, rows.findIndex(({ node }) => node.id === selected.at(-1)))
  const go = (index: number, more: boolean) => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, index))]
    if (!row) return
    virtual.scrollToIndex(rows.indexOf(row))
    store.select(more ? [...selected.filter((id) => id !== row.node.id), row.node.id] : [row.node.id])
    focusNode(row.node.id)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing) return
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1, PageDown: at + 10, PageUp: at - 10 }
    const to = steps[event.key]
    if (to === undefined) return
    event.preventDefault()
    go(to, event.shiftKey)
  }
  if (rows.length === 0) return <EmptyState title={t('emptyList')} description={t('emptyListBody')} />
  return (
    // What the panel covers can be reached beside it, and on a phone scrolled to above it.
    <div ref={box} className={cn('size-full overflow-auto bg-background', selected.length > 0 && 'max-md:pb-24 md:pr-96')}>
      <div role="grid" aria-label={t('list')} aria-multiselectable aria-rowcount={rows.length} className="relative" style={{ height: virtual.getTotalSize() }} onKeyDown={onKeyDown}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const { node, out } = rows[index]!
          return (
            <div
              key={key} ref={virtual.measureElement} data-index={index} data-row="" data-id={node.id} role="row" aria-rowindex={index + 1} aria-selected={selected.includes(node.id)} tabIndex={index === at ? 0 : -1}
              className={cn('absolute inset-x-0 top-0 flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-b px-3 py-1 focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-ring', selected.includes(node.id) && 'bg-accent')}
              style={{ transform: `translateY(${start}px)` }}
              onFocus={(event) => event.target === event.currentTarget && !selected.includes(node.id) && !flow.getState().multiSelectionActive && store.select([node.id])}
              onClick={(event) => !(event.target instanceof Element && event.target.closest('button')) && store.select(event.shiftKey || event.ctrlKey || event.metaKey || flow.getState().multiSelectionActive ? (selected.includes(node.id) ? selected.filter((id) => id !== node.id) : [...selected, node.id]) : [node.id])}
            >
              <NameCell level={level} node={node} problems={issues.filter((issue) => issue.nodeId === node.id).length} />
              <EdgesCell level={level} node={node} out={out} reachable={index === at} />
            </div>
          )
        })}
      </div>
    </div>
  )
}

function NameCell({ level, node, problems }: { level: Graph; node: GraphNode; problems: number }) {
  const t = useTranslations('build')
  const editor = useTranslations('editor')
  const Icon = NODE_ICON[node.type]
  const todos = todosOf(node.config).length
  return (
    <div role="gridcell" className="flex w-56 min-w-0 items-center gap-2 lg:w-72 2xl:w-96">
      <Icon aria-hidden className="size-4 shrink-0 text-brand" />
      <span className="min-w-0 truncate text-sm font-medium">{node.name}</span>
      <span className="shrink-0 text-2xs text-muted-foreground">{node.type === 'group' ? t('nodesInside', { count: membersOf(level, node).length }) : editor(`types.${node.type}.name`)}</span>
      {isLocked(node) && <Lock role="img" aria-label={t('locked')} className="size-3.5 shrink-0 text-muted-foreground" />}
      {isDisabled(node.config) && <PowerOff role="img" aria-label={t('disabled')} className="size-3.5 shrink-0 text-muted-foreground" />}
      {todos > 0 && <span className="inline-flex shrink-0 items-center gap-0.5 text-2xs text-state-waiting"><ListTodo aria-hidden className="size-3" />{todos}<span className="sr-only">{editor('todos.short')}</span></span>}
      {problems > 0 && <span className="inline-flex shrink-0 items-center gap-0.5 text-2xs text-state-failed"><TriangleAlert aria-hidden className="size-3" />{problems}<span className="sr-only">{editor('problems')}</span></span>}
    </div>
  )
}

/** Where a node leads; each edge can be cut, and new ones drawn. */
function EdgesCell({ level, node, out, reachable }: { level: Graph; node: GraphNode; out: readonly GraphEdge[]; reachable: boolean }) {
  const t = useTranslations('build')
  const build = useBuild()
  const tabIndex = reachable ? 0 : -1
  if (isRemark(node.type)) return <div role="gridcell" />
  const several = outputHandles(node.type, node.config).length > 1
  const nameOf = (id: string) => level.nodes.find((one) => one.id === id)?.name ?? id
  return (
    <div role="gridcell" className="flex min-w-0 grow flex-wrap items-center gap-1">
      {out.map((edge) => (
        <span key={edge.id} className="inline-flex max-w-56 items-center gap-1 rounded-md border bg-card py-0.5 pl-2 text-xs">
          <span aria-hidden>→</span><span className="sr-only">{t('leadsTo')}</span>
          {several && <span className="text-muted-foreground">{sourceHandleOf(edge)}</span>}
          <span className="min-w-0 truncate">{nameOf(edge.target)}</span>
          <button type="button" tabIndex={tabIndex} aria-label={t('insertBefore', { name: nameOf(edge.target) })} title={t('insertHere')} className="rounded-sm p-1 hover:bg-accent" onClick={() => build.askOnEdge(edge.id)}><Plus aria-hidden className="size-3" /></button>
          <button type="button" tabIndex={tabIndex} aria-label={t('cut1', { name: nameOf(edge.target) })} className="rounded-sm p-1 hover:bg-accent" onClick={() => (build.disconnect(edge.id), focusNode(node.id))}><X aria-hidden className="size-3" /></button>
        </span>
      ))}
      {outputHandles(node.type, node.config).length > 0 && (
        <>
          <IconButton size="sm" tabIndex={tabIndex} label={t('connectTo', { name: node.name })} shortcut="C" onClick={() => build.askConnect('out', node.id)}><Cable aria-hidden /></IconButton>
          <IconButton size="sm" tabIndex={tabIndex} label={t('addAfter', { name: node.name })} shortcut="N" onClick={() => build.askAfter(node.id)}><ListPlus aria-hidden /></IconButton>
        </>
      )}
    </div>
  )
}

type Row = { node: GraphNode; out: readonly GraphEdge[] }

/** As it runs; what lies in a circle and remarks come last. */
function rowsOf(level: Graph): Row[] {
  const rank = new Map(topologicalOrder(level).order.map((id, index) => [id as string, index]))
  const out = new Map<string, GraphEdge[]>()
  for (const edge of level.edges) out.set(edge.source, [...(out.get(edge.source) ?? []), edge])
  const last = (node: GraphNode) => (isRemark(node.type) ? Infinity : (rank.get(node.id) ?? Number.MAX_SAFE_INTEGER))
  return level.nodes.toSorted((a, b) => (last(a) === last(b) ? 0 : last(a) - last(b))).map((node) => ({ node, out: out.get(node.id) ?? [] }))
}
