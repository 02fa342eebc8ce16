'use client'

import { useTranslations } from 'next-intl'
import { useState, type Ref } from 'react'
import { NODE_TYPES, type NodeType } from '@/domain/graph/graph'
import { NODE_ICON } from '@/components/graph/node-look'
import { Input } from '@/components/ui/input'
import { Afterwards } from './afterwards'

/** What a dragged palette entry carries. */
export const DRAG_TYPE = 'application/x-heddle-node'

/** All node types, by name and by what they do. Press one to add it, or drag it to its place. */
export function Palette({ searchRef, onAdd }: { searchRef?: Ref<HTMLInputElement>; onAdd: (type: NodeType) => void }) {
  const t = useTranslations('editor')
  const [search, setSearch] = useState('')
  const wanted = search.trim().toLowerCase()
  const found = NODE_TYPES.filter((type) => type !== 'group').filter((type) => wanted === '' || [type, t(`types.${type}.name`), t(`types.${type}.about`)].some((text) => text.toLowerCase().includes(wanted)))
  return (
    <aside aria-label={t('palette')} className="flex h-full min-h-0 flex-col bg-card">
      <div className="border-b p-2">
        <Input
          ref={searchRef} type="search" aria-label={t('paletteSearch')} placeholder={t('paletteSearch')} value={search}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => {
            // Enter may only end a syllable.
            if (event.key !== 'Enter' || event.nativeEvent.isComposing || found[0] === undefined) return
            event.preventDefault()
            onAdd(found[0])
            setSearch('')
          }}
        />
      </div>
      {/* The search takes keys at once; the list that it searches need not be drawn for that. */}
      <Afterwards>
        <ul className="min-h-0 grow overflow-y-auto p-1.5">
          {found.length === 0 && <li className="p-2 text-xs text-muted-foreground">{t('paletteNone')}</li>}
          {found.map((type) => {
            const Icon = NODE_ICON[type]
            return (
              <li key={type}>
                <button
                  type="button" draggable onClick={() => onAdd(type)}
                  onDragStart={(event) => {
                    event.dataTransfer.setData(DRAG_TYPE, type)
                    event.dataTransfer.effectAllowed = 'copy'
                  }}
                  className="flex w-full items-start gap-2 rounded-md px-2 py-1.5 text-left hover:bg-accent"
                >
                  <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-brand" />
                  <span className="sr-only">{t('add')}</span>
                  <span className="min-w-0"><span className="block text-sm font-medium">{t(`types.${type}.name`)}</span><span className="block text-2xs text-muted-foreground">{t(`types.${type}.about`)}</span></span>
                </button>
              </li>
            )
          })}
        </ul>
      </Afterwards>
    </aside>
  )
}
