'use client'

import { ChevronRight } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useCallback, useMemo, useState } from 'react'
import { compareGraphs, comparisonAt, countChanges, type GraphComparison } from '@/domain/graph/compare-graphs'
import type { Graph } from '@/domain/graph/graph'
import { ChangeList, type Place, type SideNames } from './change-list'
import { DiffCanvas } from './diff-canvas'

/** Two graphs against each other: on the canvas, and as a list. What is chosen in one shows in the other. */
export function Comparison({ before, after, names }: { before: Graph; after: Graph; names: SideNames }) {
  const t = useTranslations('versions')
  const [place, setPlace] = useState<Place>({ path: [] })
  const whole = useMemo(() => compareGraphs(before, after), [before, after])
  const { added, removed, changed } = countChanges(whole)
  const onSelect = useCallback((id: string | undefined) => setPlace(({ path }) => ({ path, ...(id !== undefined && { id }) })), [])
  const onOpen = useCallback((mapId: string) => setPlace(({ path }) => ({ path: [...path, mapId] })), [])
  return (
    <>
      <div className="flex h-80 shrink-0 flex-col md:h-auto md:min-w-0 md:shrink md:grow">
        <Levels whole={whole} path={place.path} onLeave={(depth) => setPlace({ path: place.path.slice(0, depth) })} />
        {/* Another level lies elsewhere on the plane: it is fitted anew. */}
        <div className="min-h-0 grow"><DiffCanvas key={place.path.join('/')} comparison={comparisonAt(whole, place.path) ?? whole} selected={place.id} onSelect={onSelect} onOpen={onOpen} /></div>
      </div>
      <section aria-label={t('changes')} className="shrink-0 border-t md:w-96 md:overflow-y-auto md:border-t-0 md:border-l">
        <h2 className="border-b px-3 py-2 text-sm font-semibold">{t('summary', { added, removed, changed })}</h2>
        <ChangeList comparison={whole} selected={place} onSelect={setPlace} names={names} />
      </section>
    </>
  )
}

/** Which map's body is on the canvas, and the way back out. */
function Levels({ whole, path, onLeave }: { whole: GraphComparison; path: readonly string[]; onLeave: (depth: number) => void }) {
  const t = useTranslations('versions')
  if (path.length === 0) return null
  const names = path.map((id, depth) => comparisonAt(whole, path.slice(0, depth))?.nodes.find((one) => one.node.id === id)?.node.name ?? id)
  return (
    <nav aria-label={t('levels')} className="flex flex-wrap items-center gap-1 border-b bg-brand-soft px-3 py-1 text-sm">
      {[t('outermost'), ...names].map((name, depth) => (
        <span key={depth} className="flex items-center gap-1">
          {depth > 0 && <ChevronRight aria-hidden className="size-3.5" />}
          {depth === path.length ? <strong aria-current="page">{name}</strong> : <button type="button" className="rounded-sm underline underline-offset-2" onClick={() => onLeave(depth)}>{name}</button>}
        </span>
      ))}
    </nav>
  )
}
