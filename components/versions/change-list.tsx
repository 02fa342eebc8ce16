'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useRef, type ReactNode } from 'react'
import type { ComparedEdge, ComparedNode, FieldChange, GraphComparison } from '@/domain/graph/compare-graphs'
import { sourceHandleOf } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { Badge } from '@/components/ui/badge'
import { cn } from '@/components/ui/cn'
import { CHANGE_LOOK } from './change-look'

/** A node, by the maps around it and its id. */
export type Place = { path: readonly string[]; id?: string }
/** What the two sides are called. */
export type SideNames = { from: string; to: string }
export type ChangeListProps = { comparison: GraphComparison; names: SideNames; selected: Place; onSelect: (place: Place) => void; /** The maps around this level. */ path?: readonly string[] }

/** Every node and edge that differs, with its changed fields side by side; the body of a map below the map. */
export function ChangeList({ comparison, names, selected, onSelect, path = [] }: ChangeListProps) {
  const t = useTranslations('versions')
  const nodes = comparison.nodes.filter((one) => one.change !== 'same')
  const edges = comparison.edges.filter((one) => one.change !== 'same')
  if (nodes.length + edges.length === 0) return <p className="p-3 text-sm text-muted-foreground">{t('noDifference')}</p>
  const isChosen = (id: string) => selected.id === id && selected.path.join('/') === path.join('/')
  return (
    <ul className="flex flex-col divide-y">
      {nodes.map((compared) => (
        <ChangedNode key={compared.node.id} compared={compared} names={names} selected={isChosen(compared.node.id)} onSelect={() => onSelect({ path, id: compared.node.id })}>
          {compared.inner && <div role="group" aria-label={t('bodyOf', { name: compared.node.name })} className="mt-2 rounded-md border"><ChangeList comparison={compared.inner} names={names} selected={selected} onSelect={onSelect} path={[...path, compared.node.id]} /></div>}
        </ChangedNode>
      ))}
      {edges.map((compared) => <ChangedEdge key={`edge ${compared.edge.id}`} compared={compared} nodes={comparison.nodes} />)}
    </ul>
  )
}

type ChangedNodeProps = { compared: ComparedNode; names: SideNames; selected: boolean; onSelect: () => void; children: ReactNode }

function ChangedNode({ compared: { node, change, fields }, names, selected, onSelect, children }: ChangedNodeProps) {
  const row = useRef<HTMLLIElement>(null)
  // Chosen on the canvas, it may be out of sight in the list.
  useEffect(() => {
    if (selected) row.current?.scrollIntoView({ block: 'nearest' })
  }, [selected])
  return (
    <li ref={row} className={cn('p-3', selected && 'bg-accent')}>
      <button type="button" aria-pressed={selected} className="flex w-full items-center gap-2 rounded-md text-left" onClick={onSelect}>
        <span className="min-w-0 grow truncate text-sm font-medium">{node.name}</span>
        <ChangeBadge change={change} />
      </button>
      {fields.map((one) => <FieldSides key={one.field} change={one} names={names} />)}
      {children}
    </li>
  )
}

function ChangedEdge({ compared: { edge, change }, nodes }: { compared: ComparedEdge; nodes: readonly ComparedNode[] }) {
  const nameOf = (id: string) => nodes.find((one) => one.node.id === id)?.node.name ?? id
  const handle = sourceHandleOf(edge)
  return (
    <li className="flex items-center gap-2 p-3 text-sm">
      <span className="min-w-0 grow break-words">{nameOf(edge.source)}{handle !== 'out' && ` (${handle})`} → {nameOf(edge.target)}</span>
      <ChangeBadge change={change} />
    </li>
  )
}

function ChangeBadge({ change }: { change: ComparedNode['change'] }) {
  const t = useTranslations('versions')
  const { tone, icon: Sign } = CHANGE_LOOK[change]
  return <Badge tone={tone}><Sign aria-hidden />{t(`change.${change}`)}</Badge>
}

function FieldSides({ change: { field, from, to }, names }: { change: FieldChange; names: SideNames }) {
  return (
    <div role="group" aria-label={field} className="mt-2">
      <p className="font-mono text-2xs text-muted-foreground">{field}</p>
      <div className="mt-0.5 grid grid-cols-2 gap-1">
        <Value label={names.from} value={from} className="border-state-failed-border bg-state-failed-soft" />
        <Value label={names.to} value={to} className="border-state-completed-border bg-state-completed-soft" />
      </div>
    </div>
  )
}

function Value({ label, value, className }: { label: string; value: Json | undefined; className: string }) {
  const t = useTranslations('versions')
  return (
    <div className={cn('min-w-0 rounded-md border p-1.5', className)}>
      <p className="text-2xs text-muted-foreground">{label}</p>
      {value === undefined
        ? <p className="text-xs text-muted-foreground italic">{t('absent')}</p>
        : <pre tabIndex={0} role="group" aria-label={label} className="max-h-48 overflow-auto font-mono text-xs break-words whitespace-pre-wrap">{typeof value === 'string' ? value : JSON.stringify(value, null, 2)}</pre>}
    </div>
  )
}
