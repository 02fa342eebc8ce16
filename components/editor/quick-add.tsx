'use client'

import { useTranslations } from 'next-intl'
import { useMemo, useState } from 'react'
import { isRemark, NODE_TYPES, type GraphNode, type NodeType } from '@/domain/graph/graph'
import { refuseAt } from '@/domain/graph/insert-node'
import { newNode } from '@/domain/graph/new-node'
import { NODE_ICON } from '@/components/graph/node-look'
import { CommandItem, CommandPanel } from '@/components/ui/command-dialog'
import { PointPopover } from '@/components/ui/point-popover'
import { recentTypes } from './browser-drafts'
import { ConnectPanel } from './connect-panel'
import { useDesk, useDeskView, useLevel } from './editor-context'
import type { Ask } from './editor-desk'
import { focusNode } from './node-element'
import { findBest } from './palette-search'
import { useBuild } from './use-build'

type AskType = Exclude<Ask, { kind: 'connect' }>

/** The small palette at a handle, on an edge or at a node: only what fits there is offered. */
export function QuickAdd() {
  const asking = useDeskView((view) => view.asking)
  // Opened anew for each question: what was searched for before is gone.
  if (!asking) return null
  return asking.kind === 'connect' ? <ConnectPanel key={JSON.stringify(asking)} asking={asking} /> : <Panel key={JSON.stringify(asking)} asking={asking} />
}

function Panel({ asking }: { asking: AskType }) {
  const t = useTranslations('build')
  const desk = useDesk()
  const build = useBuild()
  const [search, setSearch] = useState('')
  const entries = findBest(useFittingTypes(asking), search, NODE_TYPES.length)
  const close = () => desk.ask(undefined)
  const label = t(asking.kind === 'replace' ? 'replaceWith' : 'addHere')
  return (
    <PointPopover at={asking.at} label={label} onClose={close} className="h-80" onCloseAutoFocus={(event) => (event.preventDefault(), focusNode())}>
      <CommandPanel label={label} placeholder={t('searchTypes')} search={search} onSearch={setSearch} found={t('fitting', { count: entries.length })}>
        {entries.map(({ type, name, about }) => {
          const Icon = NODE_ICON[type]
          return (
            <CommandItem
              key={type} id={type} icon={<Icon aria-hidden />} title={name} detail={about}
              onChoose={() => {
                if (asking.kind === 'replace') build.replace(asking.nodeId, type)
                else build.addAt(type, asking.anchor, asking.place)
                close()
              }}
            />
          )
        })}
      </CommandPanel>
    </PointPopover>
  )
}

/** The types used last come first. */
function useFittingTypes(asking: AskType): { type: NodeType; name: string; about: string; words: string[] }[] {
  const t = useTranslations('editor')
  const level = useLevel()
  const [recent] = useState(recentTypes)
  return useMemo(() => {
    const own = asking.kind === 'replace' ? level.nodes.find((node) => node.id === asking.nodeId)?.type : undefined
    const fits = (node: GraphNode) => (asking.kind === 'replace' ? node.type !== own && !isRemark(node.type) : refuseAt(level, node, asking.anchor) === undefined)
    return [...recent, ...NODE_TYPES.filter((type) => !recent.includes(type))]
      .filter((type) => fits(newNode(level, type, type, { x: 0, y: 0 })))
      .map((type) => ({ type, name: t(`types.${type}.name`), about: t(`types.${type}.about`), words: [t(`types.${type}.name`), type, t(`types.${type}.about`)] }))
  }, [asking, level, recent, t])
}
