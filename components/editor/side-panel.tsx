'use client'

import { Copy, Plus, Replace, SlidersHorizontal, Trash2, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useState, type ComponentProps } from 'react'
import { graphAt } from '@/domain/graph/nested-graph'
import { isLocked } from '@/domain/graph/node-types'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { IconButton } from '@/components/ui/icon-button'
import { Notice } from '@/components/ui/notice'
import { CacheShare } from './cache-share'
import { useEditorStore, useEditorView, useLevel, useLevelIssues, useSettledSelection } from './editor-context'
import { FieldScope } from './forms/json-field'
import { NodeForm } from './forms/node-form'
import { atItsField } from '@/components/graph/issue-text'
import { LastRunPanel } from './last-run/last-run-panel'
import { SelectionTools } from './selection-tools'
import { SeveralFields } from './several-fields'
import { SeveralPanel } from './several-panel'
import type { useArrange } from './use-arrange'
import { useBuild } from './use-build'
import { useIntoSight } from './use-into-sight'

/** The settings of the selected node. */
export function SidePanel({ workflowId, arranging, onTry, onDuplicate, onDelete }: { workflowId: string; onTry: ComponentProps<typeof LastRunPanel>['onTry']; arranging: ReturnType<typeof useArrange>; onDuplicate: () => void; onDelete: () => void }) {
  const t = useTranslations('editor')
  const build = useTranslations('build')
  const { askReplace, askOnEdge, setCollapsed } = useBuild()
  const [unfolded, setUnfolded] = useState(false)
  const store = useEditorStore()
  const level = useLevel()
  const issues = useLevelIssues()
  const root = useEditorView((view) => view.root)
  const path = useEditorView((view) => view.path)
  const selected = useSettledSelection()
  const node = selected.nodes.length === 1 ? level.nodes.find((one) => one.id === selected.nodes[0]) : undefined
  const edge = selected.nodes.length === 0 && selected.edges.length === 1 ? level.edges.find((one) => one.id === selected.edges[0]) : undefined
  const nameOf = (id: string) => level.nodes.find((one) => one.id === id)?.name ?? id
  const chosen = level.nodes.filter((one) => selected.nodes.includes(one.id))
  const around = path.map((_, depth) => graphAt(root, path.slice(0, depth)))
  const locked = node !== undefined && isLocked(node)
  const count = selected.nodes.length + selected.edges.length
  const intoSight = useIntoSight()
  const shownNode = node?.id
  // Of several, no one is meant.
  useEffect(() => {
    if (shownNode !== undefined) intoSight(shownNode)
  }, [shownNode, unfolded, intoSight])
  if (count === 0) return null
  return (
    // On a phone it lies below, folded, and leaves the canvas to the hand.
    <aside data-panel="" aria-label={t('panel')} className={cn('absolute inset-x-0 bottom-0 z-10 flex max-h-[70%] flex-col border-t bg-card md:inset-y-0 md:right-0 md:left-auto md:max-h-none md:w-full md:max-w-96 md:border-t-0 md:border-l', !unfolded && 'max-md:[&>*:not(header,[role=toolbar])]:hidden')}>
      <header className="flex items-center gap-1 border-b px-3 py-1.5">
        <h2 className="min-w-0 grow truncate text-sm font-semibold">{node ? <><span className="md:hidden">{node.name} · </span>{t(`types.${node.type}.name`)}</> : edge ? t('selectedEdge') : t('selectedCount', { count })}</h2>
        <Button size="sm" className="md:hidden" aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}><SlidersHorizontal aria-hidden /> {build('settings')}</Button>
        {node && node.type !== 'group' && <IconButton size="sm" disabled={locked} label={build('replace')} shortcut="R" onClick={askReplace}><Replace aria-hidden /></IconButton>}
        {selected.nodes.length > 0 && <IconButton size="sm" label={t('duplicate')} shortcut="Ctrl+D" onClick={onDuplicate}><Copy aria-hidden /></IconButton>}
        <IconButton size="sm" disabled={locked} label={t('delete')} shortcut="Del" onClick={onDelete}><Trash2 aria-hidden /></IconButton>
        <IconButton size="sm" label={t('closePanel')} shortcut="Esc" onClick={() => store.select([])}><X aria-hidden /></IconButton>
      </header>
      {chosen.length > 0 && <SelectionTools level={level} nodes={chosen} />}
      {selected.nodes.length > 1 && <SeveralPanel count={selected.nodes.length} arranging={arranging} />}
      {selected.nodes.length > 1 && <SeveralFields nodes={chosen} />}
      {edge && <div className="flex flex-col gap-3 p-3"><p className="text-sm">{build('edgeAbout', { from: nameOf(edge.source), to: nameOf(edge.target) })}</p><Button onClick={() => askOnEdge(edge.id)}><Plus aria-hidden /> {build('insertHere')}</Button></div>}
      {node && (
        // What is locked takes no focus, but can be scrolled through.
        <div className="min-h-0 grow overflow-y-auto p-3" key={node.id} {...(locked && { tabIndex: 0, role: 'group', 'aria-label': t('panel') })}>
          {locked && <Notice className="mb-3">{build('lockedNotice')}</Notice>}
          {node.type === 'group' && <Button className="mb-3 w-full" disabled={locked} onClick={() => setCollapsed(node.id, node.config.collapsed !== true)}>{build(node.config.collapsed === true ? 'expand' : 'collapse')}</Button>}
          {node.type === 'map' && <Button className="mb-3 w-full" onClick={() => store.enter(node.id)}>{t('openBody')}</Button>}
          <LastRunPanel node={node} onTry={onTry} />
          <div inert={locked} className={locked ? 'opacity-60' : ''}>
          {node.type === 'agent' && <CacheShare workflowId={workflowId} nodeId={node.id} />}
          <FieldScope value={[...path, node.id].join('/')}>
            <NodeForm
              graph={level} around={around} node={node} issues={issues.filter((issue) => issue.nodeId === node.id).map((issue) => atItsField(issue, t))}
              onConfig={(config, field) => store.edit({ do: 'set-config', nodeId: node.id, config }, `config:${node.id}:${field}`)}
              onRename={(name) => store.edit({ do: 'rename', nodeId: node.id, name }, `name:${node.id}`)}
            />
          </FieldScope>
          </div>
        </div>
      )}
    </aside>
  )
}
