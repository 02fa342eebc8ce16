'use client'

import { useTranslations } from 'next-intl'
import { useMemo, useState } from 'react'
import { connectionsOf, type Connection } from '@/domain/graph/connections'
import { sourceHandleOf } from '@/domain/graph/graph'
import { outputHandles } from '@/domain/graph/node-types'
import { NODE_ICON } from '@/components/graph/node-look'
import { CommandItem, CommandPanel } from '@/components/ui/command-dialog'
import { PointPopover } from '@/components/ui/point-popover'
import { useDesk, useEditorStore, useLevel } from './editor-context'
import type { Ask } from './editor-desk'
import { issueText } from '@/components/graph/issue-text'
import { focusNode } from './node-element'
import { findBest } from './palette-search'
import { useBuild } from './use-build'

/** More than these are found by typing. */
const MOST = 100

/** Draws an edge without a pointer: to, or from, any node that it may join; of the others it says why not. */
export function ConnectPanel({ asking }: { asking: Extract<Ask, { kind: 'connect' }> }) {
  const t = useTranslations('build')
  const editor = useTranslations('editor')
  const desk = useDesk()
  const build = useBuild()
  const level = useLevel()
  const [search, setSearch] = useState('')
  const own = level.nodes.find((node) => node.id === asking.nodeId)
  const all = useMemo(() => connectionsOf(level, asking.nodeId, asking.way).map((one) => ({ ...one, words: [one.other.name, one.other.id] })), [level, asking])
  const found = findBest(all, search, MOST)
  const close = () => desk.ask(undefined)
  const store = useEditorStore()
  const chosenNodes = () => store.view.getState().selected.nodes.join()
  const [chosenAtFirst] = useState(chosenNodes)
  /** Back to the node that was asked about, unless a quick hand has gone on to another meanwhile. */
  const giveFocusBack = (event: Event) => {
    event.preventDefault()
    if (chosenNodes() === chosenAtFirst) focusNode(asking.nodeId)
  }
  const label = t(asking.way === 'out' ? 'connectTo' : 'connectFrom', { name: own?.name ?? '' })
  return (
    <PointPopover at={asking.at} label={label} onClose={close} className="h-80" onCloseAutoFocus={giveFocusBack}>
      <CommandPanel label={label} placeholder={t('searchNodes')} search={search} onSearch={setSearch} found={t('connectable', { count: all.filter(({ refused }) => !refused).length })}>
        {found.map(({ edge, other, refused }) => {
          const Icon = NODE_ICON[other.type]
          return (
            <CommandItem
              key={edge.id} id={edge.id} icon={<Icon aria-hidden />} title={other.name} detail={handleOf(level, edge) ?? editor(`types.${other.type}.name`)} {...(refused && { refused: issueText(refused, editor) })}
              onChoose={() => (build.connect(edge.source, edge.sourceHandle, edge.target, edge.targetHandle), close())}
            />
          )
        })}
      </CommandPanel>
    </PointPopover>
  )
}

/** Which of its outputs an edge leaves by, where there are several. */
function handleOf(level: ReturnType<typeof useLevel>, edge: Connection['edge']): string | undefined {
  const source = level.nodes.find((node) => node.id === edge.source)
  return source && outputHandles(source.type, source.config).length > 1 ? sourceHandleOf(edge) : undefined
}
